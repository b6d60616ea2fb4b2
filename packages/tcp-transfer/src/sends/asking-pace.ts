// How long a sender waits before it asks a receiver again.

/** The first wait after something is new, in milliseconds: a small file is there at once. */
const firstWait = 50;

/** The wait while nothing is new, in milliseconds. */
const usualWait = 1000;

/** The longest wait for a receiver that is away or busy, in milliseconds, and the first one. */
const [longestWait, firstWaitForOut] = [5000, 500];

/** By how much each wait is longer than the one before. */
const growth = 1.5;

/** The waits between requests, which grow. */
export class AskingPace {
  readonly #random: () => number;
  #wait = 0;
  #isOut = false;

  /** @param random a number from 0 up to 1 */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /**
   * The next wait, in milliseconds.
   *
   * @param reply what the last request has brought: something new, the same as before, or that the receiver is
   * away or busy
   */
  next(reply: 'new' | 'same' | 'out'): number {
    const isOut = reply === 'out';
    const isFirst = isOut !== this.#isOut || reply === 'new' || this.#wait === 0;
    this.#isOut = isOut;
    const [first, longest] = isOut ? [firstWaitForOut, longestWait] : [firstWait, usualWait];
    this.#wait = isFirst ? first : Math.min(this.#wait * growth, longest);
    return this.#wait * (0.8 + 0.4 * this.#random());
  }
}
