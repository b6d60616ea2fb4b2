// Random numbers for tests, from a seed that is printed.
/** A random sequence that a seed determines. A test puts the seed into its messages. */
export class Random {
  /** The setting that repeats the sequence, for messages. */
  readonly seed: string;
  #state: number;

  /** @param seed by default the variable `SEED`, or else a new seed each time */
  constructor(seed: number = newSeed()) {
    this.seed = `SEED=${seed}`;
    this.#state = seed;
    process.stderr.write(`${this.seed}\n`);
  }

  /** A number from 0 up to but not including `limit`. */
  below(limit: number): number {
    // A linear congruential generator, mixed: enough to choose moments with.
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    const mixed = Math.imul(this.#state ^ (this.#state >>> 15), 0x2c1b3c6d) >>> 0;
    return (mixed / 2 ** 32) * limit;
  }
}

function newSeed(): number {
  return Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
}
