// What a sender learns of an offer.
import type { PeerAddress, SendOffer } from '@peerlane/protocol';
import type { Clock } from '../clock.ts';
import type { ConnectionPool } from '../requests/connection-pool.ts';

/** How far an offer is: each time that it is asked for, if something is new. */
export type OfferProgress =
  /** The receiver's user has not decided yet. */
  | { readonly state: 'later' }
  /** It is wanted; `done` bytes of it are there. */
  | { readonly state: 'accepted'; readonly done: number }
  /** The receiver has too many offers, and is asked again. */
  | { readonly state: 'busy' }
  /** The receiver cannot be reached, and is tried again. `cause` says why; its message is safe to print. */
  | { readonly state: 'away'; readonly cause: Error };

/** The end of an offer. */
export type OfferOutcome =
  /** All of it is there and verified. */
  | { readonly state: 'received' }
  | { readonly state: 'declined' }
  /**
   * It was wanted and could not be had. `reason` is a `SendFailure` or a word of a later version: not safe
   * to print.
   */
  | { readonly state: 'failed'; readonly reason: string }
  /** The receiver takes no sends, or is of a version that knows none. */
  | { readonly state: 'unsupported' }
  /** The sender is in a sealed cluster, and the receiver is not, or in another one. */
  | { readonly state: 'not-member' }
  /**
   * The receiver has ended several connections without an answer: the sender is in no sealed cluster, and the
   * receiver is, or it speaks version 1 alone.
   */
  | { readonly state: 'unanswered' }
  /** The receiver refused for another reason. Safe to print. */
  | { readonly state: 'refused'; readonly message: string }
  /** The receiver was away, or busy, for longer than `giveUpAfter`. */
  | { readonly state: 'away' | 'busy' };

/** Where the server of a receiver is; a function is asked before each connection, `undefined` if not known now. */
export type ReceiverAddress =
  PeerAddress | (() => PeerAddress | undefined | Promise<PeerAddress | undefined>);

/** How something is offered. */
export interface OfferToOptions {
  /** The connections to receivers, which several offers share: with the keys of a sealed cluster. */
  readonly connections: ConnectionPool;
  readonly signal?: AbortSignal | undefined;
  /** Called when the state or the number of bytes has changed. */
  readonly onState?: ((progress: OfferProgress) => void) | undefined;
  /**
   * The servers of others who have accepted the same, as `host:port`, read before each request.
   * @default none
   */
  readonly peers?: (() => readonly string[]) | undefined;
  /**
   * How long a receiver may be away or busy without a break, in milliseconds.
   * @default Infinity: until the signal is aborted
   */
  readonly giveUpAfter?: number | undefined;
  /** @default the clock of this machine */
  readonly clock?: Clock;
  /**
   * A number from 0 up to 1: spreads the requests of many senders.
   * @default Math.random
   */
  readonly random?: () => number;
}

/** What is offered; the peers are told by the options. */
export type OfferedItem = Omit<SendOffer, 'peers'>;
