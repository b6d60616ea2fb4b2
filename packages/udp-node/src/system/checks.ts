import { inspect } from 'node:util';

/** @throws TypeError where what was expected does not hold */
export function checkType(name: string, value: unknown, holds: boolean, expected: string): void {
  if (!holds) throw new TypeError(`${name}: expected ${expected}, got ${inspect(value)}`);
}

/** @throws RangeError for what is no number from `least` to `most` */
export function checkNumber(name: string, value: unknown, least: number, most: number): void {
  if (typeof value === 'number' && value >= least && value <= most) return;
  const expected = most === Infinity ? `of ${least} or more` : `from ${least} to ${most}`;
  throw new RangeError(`${name}: expected a number ${expected}, got ${inspect(value)}`);
}

/** @throws RangeError for what is no port of `least` or more */
export function checkPort(name: string, value: unknown, least: 0 | 1): void {
  if (Number.isInteger(value)) checkNumber(name, value, least, 65_535);
  else throw new RangeError(`${name}: expected a port, an integer, got ${inspect(value)}`);
}
