// Delays the answer to a Get of version 1 by ten seconds.
import type { Clock, Timer } from '../system/clock.ts';

/** The delay of an answer to a peer without priority, in milliseconds. */
export const answerDelay = 10_000;

/** The most answers that wait for one sender, and in all. Further requests get none. */
export const maxWaiting = { perSender: 64, inAll: 10_000 } as const;

/**
 * The answers that wait for ten seconds. A question that is repeated meanwhile gets only one answer.
 *
 * @see docs/protocol.md, "Priority"
 */
export class DelayedAnswers {
  readonly #clock: Clock;
  readonly #bySender = new Map<string, Map<string, Timer>>();
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many answers wait. */
  get size(): number {
    return this.#size;
  }

  /** Calls `answer` after ten seconds. Returns false if too many wait already. */
  add(sender: string, question: string, answer: () => void): boolean {
    const waiting = this.#bySender.get(sender) ?? new Map<string, Timer>();
    if (waiting.has(question)) return true;
    if (waiting.size >= maxWaiting.perSender || this.#size >= maxWaiting.inAll) return false;
    const send = (): void => {
      waiting.delete(question);
      if (waiting.size === 0) this.#bySender.delete(sender);
      this.#size -= 1;
      answer();
    };
    waiting.set(question, this.#clock.schedule(send, answerDelay));
    this.#bySender.set(sender, waiting);
    this.#size += 1;
    return true;
  }

  /** Cancels all of them. */
  clear(): void {
    for (const waiting of this.#bySender.values())
      for (const timer of waiting.values()) timer.cancel();
    this.#bySender.clear();
    this.#size = 0;
  }
}
