// The offers of a search that its reader has not taken yet.
import type { Offer } from './offer.ts';

/** The most waiting offers of addresses that were not asked: of one host, and in all. */
export const maxUnasked = { perHost: 16, inAll: 1000 } as const;

/**
 * The offers that wait for a reader, of each peer the newest. A peer that was asked can pass the `req`
 * on to others, so offers of peers that were not asked never delay or replace those of peers that were.
 */
export class WaitingOffers {
  readonly #asked = new Map<string, Offer>();
  readonly #unasked = new Map<string, Offer>();
  /** How many offers of unasked peers wait, by host. */
  readonly #hosts = new Map<string, number>();

  /** Adds an offer; false if too many wait. `asked`: whether its peer was asked. */
  add(offer: Offer, asked: boolean): boolean {
    const { peer } = offer;
    if (asked) {
      this.#deleteUnasked(peer);
      this.#asked.set(peer, offer);
      return true;
    }
    this.#asked.delete(peer);
    if (!this.#unasked.has(peer)) {
      const { host } = offer.address;
      const ofHost = this.#hosts.get(host) ?? 0;
      if (ofHost >= maxUnasked.perHost || this.#unasked.size >= maxUnasked.inAll) return false;
      this.#hosts.set(host, ofHost + 1);
    }
    this.#unasked.set(peer, offer);
    return true;
  }

  /** Removes the offer to try next: peers that were asked go first, and of these the fastest. */
  remove(answersIn: (peer: string) => number): Offer | undefined {
    const offer = fastest(this.#asked, answersIn) ?? fastest(this.#unasked, answersIn);
    if (!offer) return undefined;
    this.#asked.delete(offer.peer);
    this.#deleteUnasked(offer.peer);
    return offer;
  }

  clear(): void {
    for (const map of [this.#asked, this.#unasked, this.#hosts]) map.clear();
  }

  #deleteUnasked(peer: string): void {
    const offer = this.#unasked.get(peer);
    if (!offer) return;
    this.#unasked.delete(peer);
    const left = (this.#hosts.get(offer.address.host) ?? 0) - 1;
    if (left > 0) this.#hosts.set(offer.address.host, left);
    else this.#hosts.delete(offer.address.host);
  }
}

function fastest(
  offers: ReadonlyMap<string, Offer>,
  answersIn: (peer: string) => number,
): Offer | undefined {
  let best: Offer | undefined;
  let time = Infinity;
  for (const offer of offers.values()) {
    const answer = answersIn(offer.peer);
    if (best && answer >= time) continue;
    best = offer;
    time = answer;
  }
  return best;
}
