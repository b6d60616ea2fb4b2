// How fast a count grows: the rate of a download, from its last seconds.

/** The time over which a rate is measured, in milliseconds: short enough to follow changes. */
const rateWindow = 3000;

/** The least time between two counts that are kept, in milliseconds. */
const leastInterval = 100;

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
    if (last === undefined || at - last.at >= leastInterval) this.#marks.push({ at, count });
    while (this.#marks.length > 2 && at - this.#marks[1]!.at >= rateWindow) this.#marks.shift();
    const first = this.#marks[0]!;
    return at - first.at < leastInterval ? 0 : ((count - first.count) / (at - first.at)) * 1000;
  }
}
