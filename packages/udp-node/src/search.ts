import type { PeerAddress } from '@peerlane/protocol';
import type { Clock, Timer } from './clock.ts';

/** A peer says that it has the file. */
export interface Offer {
  /** The peer's UDP address, as `host:port`. */
  readonly peer: string;
  /** The TCP address from which the file can be fetched. */
  readonly address: PeerAddress;
}

/** How long a search goes on, and what ends it early. */
export interface SearchOptions {
  /** In milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One question, "who has this file?", and its answers as they come. Iterating ends when the time
 * is up, and throws the signal's reason where that was aborted.
 */
export class Search implements AsyncIterableIterator<Offer, undefined> {
  readonly filename: string;
  readonly #asked = new Set<string>();
  // Of each peer only the newest offer waits to be taken, so a peer that repeats itself fills nothing.
  readonly #offers = new Map<string, Offer>();
  readonly #timer: Timer;
  readonly #signal: AbortSignal | undefined;
  readonly #onEnd: (search: Search) => void;
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(
    filename: string,
    options: SearchOptions,
    clock: Clock,
    onEnd: (search: Search) => void,
  ) {
    this.filename = filename;
    this.#onEnd = onEnd;
    this.#timer = clock.schedule(() => {
      this.end();
    }, options.timeout);
    this.#signal = options.signal;
    this.#signal?.addEventListener('abort', this.end);
    if (this.#signal?.aborted) this.end();
  }

  /** Notes that the peer at this IP address and port was asked; only asked peers may answer. */
  addAsked(peer: string): void {
    this.#asked.add(peer);
  }

  /** Hands in an offer. Returns false where its peer was not asked. */
  offer(offer: Offer): boolean {
    if (this.#ended || !this.#asked.has(offer.peer)) return false;
    this.#offers.set(offer.peer, offer);
    this.#wake?.();
    return true;
  }

  /** Ends the search; offers that wait can still be taken. */
  readonly end = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer.cancel();
    this.#signal?.removeEventListener('abort', this.end);
    this.#onEnd(this);
    this.#wake?.();
  };

  async next(): Promise<IteratorResult<Offer, undefined>> {
    for (;;) {
      this.#signal?.throwIfAborted();
      const [offer] = this.#offers.values();
      if (offer) {
        this.#offers.delete(offer.peer);
        return { done: false, value: offer };
      }
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  return(): Promise<IteratorResult<Offer, undefined>> {
    this.#offers.clear();
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
