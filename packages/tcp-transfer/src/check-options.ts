/** @throws RangeError where an option is no number greater than 0; an infinite one is */
export function checkPositive(options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options))
    if (!(value > 0)) throw new RangeError(`${name} is ${value}: expected a number greater than 0`);
}

/** @throws RangeError where an option is no whole number of at least `least`; an infinite one is */
export function checkCount(options: Readonly<Record<string, number>>, least: number): void {
  for (const [name, value] of Object.entries(options))
    if (!(value >= least) || (value !== Infinity && !Number.isInteger(value)))
      throw new RangeError(`${name} is ${value}: expected a whole number of at least ${least}`);
}
