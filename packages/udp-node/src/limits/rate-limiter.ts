import type { PeerAddress } from '@peerlane/protocol';
import { senderOf } from './sender.ts';
import { TokenBuckets, type Rate } from './token-bucket.ts';

const defaultRate: Rate = { perSecond: 1000, burst: 2000 };

/** How many times the rate of one sender is taken from all strangers together. */
const strangersShare = 2;

/**
 * Decides which datagrams are taken in. Those who are known to be there need not care how many
 * strangers there are, for anyone can make up strangers.
 */
export class Admission {
  readonly #senders: TokenBuckets;
  readonly #strangers: TokenBuckets;
  readonly #isKnown: (peer: string) => boolean;

  /** `isKnown`: whether a peer was given, or has proven that it is there. */
  constructor(rate: Rate | undefined, isKnown: (peer: string) => boolean) {
    const { perSecond, burst } = rate ?? defaultRate;
    this.#senders = new TokenBuckets({ perSecond, burst });
    this.#strangers = new TokenBuckets({
      perSecond: strangersShare * perSecond,
      burst: strangersShare * burst,
    });
    this.#isKnown = isKnown;
  }

  /** Whether a datagram that came from `from`, whose `host:port` is `peer`, is within what is taken. */
  admits(from: PeerAddress, peer: string, now: number): boolean {
    if (!this.#senders.take(senderOf(from), now)) return false;
    return this.#isKnown(peer) || this.#strangers.take('', now);
  }
}
