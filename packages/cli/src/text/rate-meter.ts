// How fast a count grows: the rate of a download, from its last seconds.

/** The time that a rate is measured over, in milliseconds: it follows changes and does not flicker. */
const window = 3000;

/** The least time between two counts that are kept, in milliseconds. */
const interval = 100;

/** Measures how fast a count grows. */
export class RateMeter {
  readonly #now: () => number;
  readonly #marks: { readonly at: number; readonly count: number }[] = [];

  /** @param now the time in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Adds the count of this moment. Returns its growth per second, or 0 as long as that is not known. */
  add(count: number): number {
    const at = this.#now();
    const last = this.#marks.at(-1);
    if (last === undefined || at - last.at >= interval) this.#marks.push({ at, count });
    while (this.#marks.length > 2 && at - this.#marks[1]!.at >= window) this.#marks.shift();
    const first = this.#marks[0]!;
    return at - first.at < interval ? 0 : ((count - first.count) / (at - first.at)) * 1000;
  }
}
