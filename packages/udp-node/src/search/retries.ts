// When a request is sent to a peer once more.
import type { Clock, Timer } from '../system/clock.ts';

/**
 * The pause before a request is sent to a peer once more, in milliseconds. A version 2 peer is asked
 * after 0.25 s, after 1 s and then every 4 s; any other after 1 s and then every 10 s, for each request
 * costs it a search of its folder and an answer.
 *
 * @param attempt how often it was asked already, from 1
 */
export function retryDelay(version: 1 | 2, attempt: number): number {
  if (version === 2) return [250, 750][attempt - 1] ?? 4000;
  return attempt === 1 ? 1000 : 10_000;
}

/** The attempt that counts as the last one of a member whose offer led nowhere: it is asked less often. */
export const attemptAfterOffer = 3;

/** When each member is asked once more. */
export class Retries {
  readonly #clock: Clock;
  readonly #timers = new Map<string, Timer>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sets when a member is asked next, in the place of what was set before. */
  schedule(member: string, task: () => void, delay: number): void {
    this.cancel(member);
    this.#timers.set(member, this.#clock.schedule(task, delay));
  }

  cancel(member: string): void {
    this.#timers.get(member)?.cancel();
    this.#timers.delete(member);
  }

  clear(): void {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}
