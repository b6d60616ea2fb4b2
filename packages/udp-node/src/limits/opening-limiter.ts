// Decides which sealed datagrams a node opens, so that forged ones never keep it busy.
import type { PeerAddress } from '@peerlane/protocol';
import { senderOf } from './sender.ts';
import { TokenBuckets, type Rate } from './token-bucket.ts';

/** How many times the rate of one stranger all strangers together may fail. */
const strangersShare = 2;

/** How many times the rate of a stranger a sender may fail whose datagrams have opened before. */
const membersShare = 10;

/** The most senders that are remembered because a datagram of theirs has opened. */
const maxMembers = 10_000;

/**
 * Limits the datagrams that are opened in vain. Only failures count, so whoever sends what opens is never
 * over this limit, and strangers cannot use up the share of members. A flood in the name of a member uses
 * up the member's share, which is so large that the flood must take a tenth of the machine's time first;
 * beyond it a part of the member's own datagrams still gets through.
 */
export class OpeningLimiter {
  readonly #ofMembers: TokenBuckets;
  readonly #ofStrangers: TokenBuckets;
  readonly #allStrangers: TokenBuckets;
  // In the order of the last datagram: the first is the next to be forgotten.
  readonly #members = new Set<string>();

  constructor(rate: Rate) {
    this.#ofMembers = new TokenBuckets(times(rate, membersShare), maxMembers);
    this.#ofStrangers = new TokenBuckets(rate);
    this.#allStrangers = new TokenBuckets(times(rate, strangersShare));
  }

  /** Whether a datagram from an address may be opened, which is worth `cost` tokens. */
  admits(from: PeerAddress, now: number, cost: number): boolean {
    const sender = senderOf(from);
    if (this.#members.has(sender)) return this.#ofMembers.has(sender, now, cost);
    return this.#ofStrangers.has(sender, now, cost) && this.#allStrangers.has('', now, cost);
  }

  /** A datagram from an address has opened: it came from a member. */
  noteOpened(from: PeerAddress): void {
    const sender = senderOf(from);
    this.#members.delete(sender);
    this.#members.add(sender);
    const [oldest] = this.#members;
    if (this.#members.size > maxMembers && oldest !== undefined) this.#members.delete(oldest);
  }

  /** A datagram from an address was opened in vain. */
  noteFailed(from: PeerAddress, now: number, cost: number): void {
    const sender = senderOf(from);
    if (this.#members.has(sender)) {
      this.#ofMembers.consume(sender, now, cost);
      return;
    }
    this.#ofStrangers.consume(sender, now, cost);
    this.#allStrangers.consume('', now, cost);
  }
}

function times({ perSecond, burst }: Rate, factor: number): Rate {
  return { perSecond: factor * perSecond, burst: factor * burst };
}
