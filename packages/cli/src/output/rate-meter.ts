/** Over how long a rate is taken, in milliseconds: it follows changes, and does not flicker. */
const window = 3000;

/** How often it is looked at, in milliseconds. */
const interval = 100;

/** Tells how fast a count grows. */
export class RateMeter {
  readonly #now: () => number;
  readonly #marks: { readonly at: number; readonly count: number }[] = [];

  /** `now`: milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes the count of now, and returns its growth per second; 0 until that can be told. */
  add(count: number): number {
    const at = this.#now();
    const last = this.#marks.at(-1);
    if (last === undefined || at - last.at >= interval) this.#marks.push({ at, count });
    while (this.#marks.length > 2 && at - this.#marks[1]!.at >= window) this.#marks.shift();
    const first = this.#marks[0]!;
    return at - first.at < interval ? 0 : ((count - first.count) / (at - first.at)) * 1000;
  }
}
