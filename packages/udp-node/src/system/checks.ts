// Checks of values that a caller passed in. Each error names the value and says what was expected.
import { inspect } from 'node:util';

/** @throws TypeError if the value is not what was expected */
export function checkType(name: string, value: unknown, holds: boolean, expected: string): void {
  if (!holds) throw new TypeError(`${name}: expected ${expected}, got ${inspect(value)}`);
}

/** @throws RangeError if the value is not a number from `least` to `most` */
export function checkNumber(name: string, value: unknown, least: number, most: number): void {
  checkRange(name, value, least, most, 'a number');
}

/** @throws RangeError if the value is not a number of milliseconds from `least` to `most` */
export function checkTime(name: string, value: unknown, least: number, most: number): void {
  checkRange(name, value, least, most, 'a number of milliseconds');
}

/** @throws RangeError if the value is not a port of `least` or more */
export function checkPort(name: string, value: unknown, least: 0 | 1): void {
  if (Number.isInteger(value)) checkNumber(name, value, least, 65_535);
  else throw new RangeError(`${name}: expected a port, an integer, got ${inspect(value)}`);
}

function checkRange(name: string, value: unknown, least: number, most: number, what: string): void {
  if (typeof value === 'number' && value >= least && value <= most) return;
  const range = most === Infinity ? `, at least ${least}` : ` from ${least} to ${most}`;
  throw new RangeError(`${name}: expected ${what}${range}, got ${inspect(value)}`);
}
