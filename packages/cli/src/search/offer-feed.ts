// The offers of a file for a download: those that came first in order of trust, the others as they come.
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import type { Offer } from '@peerlane/udp-node';
import { inOrderOfTrust } from './offered-contents.ts';

/** The shortest time between the beginnings of two searches, in milliseconds. */
export const betweenSearches = 4000;

/** Offers one by one, out of one search after the other. */
export class OfferFeed {
  readonly #search: (onAllAnswered: () => void) => AsyncIterator<Offer, undefined>;
  readonly #signal: AbortSignal | undefined;
  #offers: AsyncIterator<Offer, undefined> | undefined;
  #since = -Infinity;
  #goesOn = true;
  /** Offers that were gathered, and are to be given out first. */
  #gathered: Offer[] = [];
  /** A call for an offer that nobody waited for any more. */
  #pending: Promise<Offer | undefined> | undefined;

  #sayAllAnswered = (): void => undefined;
  /** Resolves when all members have answered a search. */
  readonly #allAnswered = new Promise<void>((resolve) => {
    this.#sayAllAnswered = resolve;
  });

  /** Called with each offer. */
  onOffer: ((offer: Offer) => void) | undefined;

  /** @param search begins a search, which says when all have answered */
  constructor(
    search: (onAllAnswered: () => void) => AsyncIterator<Offer, undefined>,
    signal: AbortSignal | undefined,
  ) {
    this.#search = search;
    this.#signal = signal;
  }

  /** Whether another search is worth while when this one is over. */
  get goesOn(): boolean {
    return this.#goesOn;
  }

  /** Another search is worth while when this one is over. */
  goOn(): void {
    this.#goesOn = true;
  }

  /**
   * The offers that come within a time after the first one, in milliseconds, or until all have answered. They
   * are given out after that, those of the content of the most machines first.
   *
   * @throws what the search throws
   */
  async gather(
    timeout: number,
    inOrder: (offers: readonly Offer[]) => Offer[] = inOrderOfTrust,
  ): Promise<readonly Offer[]> {
    const gathered: Offer[] = [];
    const first = await this.#read();
    if (!first) return gathered;
    gathered.push(first);
    const over = new AbortController();
    const { signal } = over;
    // The last offers may be on their way to the reader when all have answered.
    const late = Promise.race([
      delay(timeout, undefined, { signal }),
      this.#allAnswered.then(() => setImmediate(undefined)),
    ]).catch(() => undefined);
    for (;;) {
      this.#pending ??= this.#read();
      const offer = await Promise.race([this.#pending, late]);
      if (!offer) break;
      this.#pending = undefined;
      gathered.push(offer);
    }
    over.abort();
    // Whoever asks next sees the failure.
    this.#pending.catch(() => undefined);
    this.#gathered = inOrder(gathered);
    return gathered;
  }

  /** Waits for an offer, which is the next. Returns whether there is one. */
  async hasOffer(): Promise<boolean> {
    if (this.#gathered.length > 0) return true;
    this.#pending ??= this.#read();
    // Whoever asks next sees a failure.
    return (await this.#pending.catch(() => undefined)) !== undefined;
  }

  /** The next offer; `undefined` if there are no more. */
  async next(): Promise<Offer | undefined> {
    const offer = this.#gathered.shift() ?? (await this.#takePending());
    if (offer) this.onOffer?.(offer);
    return offer;
  }

  #takePending(): Promise<Offer | undefined> {
    const pending = this.#pending ?? this.#read();
    this.#pending = undefined;
    return pending;
  }

  async #read(): Promise<Offer | undefined> {
    for (;;) {
      const { value } = (await this.#offers?.next()) ?? {};
      if (value) return value;
      if (!this.#goesOn) return undefined;
      const wait = this.#since + betweenSearches - performance.now();
      if (wait > 0) await delay(wait, undefined, { signal: this.#signal });
      this.#goesOn = false;
      this.#since = performance.now();
      this.#offers = this.#search(this.#sayAllAnswered);
    }
  }

  async close(): Promise<void> {
    this.#goesOn = false;
    await this.#offers?.return?.();
  }
}
