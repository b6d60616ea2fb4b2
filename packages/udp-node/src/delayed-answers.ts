import type { Clock, Timer } from './clock.ts';

/** How long a peer without priority waits for its answer, in milliseconds. */
export const answerDelay = 10_000;

/** The most answers that wait at a time; requests beyond get none. */
const maxWaiting = 10_000;

/**
 * The answers that wait until their time has come. One peer has one answer waiting for one file,
 * however often it asks.
 *
 * @see docs/protocol.md, "Priority"
 */
export class DelayedAnswers {
  readonly #clock: Clock;
  readonly #timers = new Map<string, Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(peer: string, filename: string, answer: () => void): void {
    const key = `${peer} ${filename}`;
    if (this.#timers.has(key) || this.#timers.size >= maxWaiting) return;
    const send = (): void => {
      this.#timers.delete(key);
      answer();
    };
    this.#timers.set(key, this.#clock.schedule(send, answerDelay));
  }

  /** Calls all of them off. */
  clear(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}
