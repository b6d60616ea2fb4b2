// One thing of a send: how far it is, and how it ended.
import type { SendFailure, SendOffer } from '@peerlane/protocol';
import type { OfferAnswer } from './incoming-send.ts';
import { PeerFeed } from './peer-feed.ts';
import type { SendRecord } from './send-record.ts';

/** A thing of a send that was not declined. */
export class ItemRecord {
  readonly send: SendRecord;
  /** As the sender has offered it last. */
  offer: SendOffer;
  state: 'undecided' | 'fetching' | 'received' | 'failed' = 'undecided';
  done = 0;
  reason: SendFailure | undefined;
  endedAt = 0;
  peers: PeerFeed = new PeerFeed();

  constructor(send: SendRecord, offer: SendOffer) {
    this.send = send;
    this.offer = offer;
  }

  /** A fetch begins, which may not be the first. */
  begin(): void {
    this.state = 'fetching';
    this.reason = undefined;
    this.peers = new PeerFeed();
    this.peers.add(this.offer.peers);
    this.send.active += 1;
  }

  /** The fetch has ended; without a reason everything is there. */
  end(reason: SendFailure | undefined, now: number): void {
    this.state = reason === undefined ? 'received' : 'failed';
    this.reason = reason;
    this.endedAt = now;
    this.peers.close();
    this.send.active -= 1;
  }

  /** Notes how many bytes are there; never more than there are. */
  note(bytes: number): void {
    this.done = Math.min(Math.max(this.done, bytes), this.offer.size);
  }

  get answer(): OfferAnswer {
    const { state, done, reason, offer } = this;
    if (state === 'received') return { state, done: offer.size };
    if (state === 'failed') return { state, done, reason: reason! };
    if (state === 'fetching') return { state: 'accepted', done };
    return { state: 'later' };
  }
}
