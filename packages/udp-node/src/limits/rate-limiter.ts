// Decides which datagrams a node receives, so that no sender, and no crowd of them, keeps it busy.
import type { PeerAddress } from '@peerlane/protocol';
import { senderOf } from './sender.ts';
import { TokenBuckets, type Rate } from './token-bucket.ts';

/** How many times the rate of one sender all strangers together may send. */
const strangersShare = 2;

/**
 * Limits the datagrams of each sender, and those of all strangers together. Peers that are known to
 * be there do not compete with strangers, for anyone can make up strangers.
 */
export class RateLimiter {
  readonly #senders: TokenBuckets;
  readonly #strangers: TokenBuckets;
  readonly #isKnown: (peer: string) => boolean;

  /** `isKnown`: whether a peer is configured, or has proven that it is there. */
  constructor({ perSecond, burst }: Rate, isKnown: (peer: string) => boolean) {
    this.#senders = new TokenBuckets({ perSecond, burst });
    this.#strangers = new TokenBuckets({
      perSecond: strangersShare * perSecond,
      burst: strangersShare * burst,
    });
    this.#isKnown = isKnown;
  }

  /**
   * Whether a datagram that came from `from`, whose `host:port` is `peer`, is within the limits. It uses
   * `cost` tokens.
   */
  admits(from: PeerAddress, peer: string, now: number, cost = 1): boolean {
    if (!this.#senders.consume(senderOf(from), now, cost)) return false;
    return this.#isKnown(peer) || this.#strangers.consume('', now, cost);
  }
}
