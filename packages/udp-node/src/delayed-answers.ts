import type { Clock, Timer } from './clock.ts';

/** How long a peer without priority waits for its answer, in milliseconds. */
export const answerDelay = 10_000;

/** The most answers that wait for one peer, and in all; requests beyond get none. */
export const maxWaiting = { perPeer: 64, inAll: 10_000 } as const;

/**
 * The answers that wait until their time has come. One peer has one answer waiting for one file,
 * however often it asks.
 *
 * @see docs/protocol.md, "Priority"
 */
export class DelayedAnswers {
  readonly #clock: Clock;
  readonly #byPeer = new Map<string, Map<string, Timer>>();
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many answers wait. */
  get size(): number {
    return this.#size;
  }

  /** Gives an answer when its time has come. Returns false where there is no room for it. */
  add(peer: string, filename: string, answer: () => void): boolean {
    const waiting = this.#byPeer.get(peer) ?? new Map<string, Timer>();
    if (waiting.has(filename)) return true;
    if (waiting.size >= maxWaiting.perPeer || this.#size >= maxWaiting.inAll) return false;
    const send = (): void => {
      waiting.delete(filename);
      if (waiting.size === 0) this.#byPeer.delete(peer);
      this.#size -= 1;
      answer();
    };
    waiting.set(filename, this.#clock.schedule(send, answerDelay));
    this.#byPeer.set(peer, waiting);
    this.#size += 1;
    return true;
  }

  /** Calls all of them off. */
  clear(): void {
    for (const waiting of this.#byPeer.values())
      for (const timer of waiting.values()) timer.cancel();
    this.#byPeer.clear();
    this.#size = 0;
  }
}
