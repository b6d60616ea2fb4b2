// What a receiver knows of a send, and what it says about each thing of it.
import type { SendFailure, SendOffer, SendState } from '@peerlane/protocol';

/** Something that was offered, by whom. */
export interface IncomingOffer {
  readonly offer: SendOffer;
  /** The IP address of the sender. */
  readonly host: string;
}

/** The answer to an offer. */
export interface OfferAnswer {
  readonly state: SendState;
  /** How many bytes are there and verified. */
  readonly done?: number;
  /** With `failed`. */
  readonly reason?: SendFailure;
}

/** Answers offers: an `IncomingOffers`, or an object of a program of its own. */
export interface OfferReceiver {
  /**
   * Answers an offer; `busy` if there are too many. It must not wait for a person.
   *
   * @param host the IP address of the sender
   * @see docs/protocol.md, "Accept"
   */
  receive(offer: SendOffer, host: string): OfferAnswer | 'busy';
  /** Is called when an answer has gone to the sender. */
  answered?(offer: SendOffer, host: string, answer: OfferAnswer): void;
}

/** The surroundings in which something that was accepted is fetched. */
export interface FetchContext {
  /** The first thing of the send, by which it was decided. */
  readonly first: IncomingOffer;
  /** Aborted when the receiver is closed. */
  readonly signal: AbortSignal;
  /** To be called as bytes are there and verified, with how many in all. */
  readonly onDone: (bytes: number) => void;
  /**
   * The servers of others who receive the same, as `host:port` that came from the network: those told
   * already, and further ones as the sender tells them. It ends with the signal.
   */
  readonly peers: AsyncIterable<string>;
}
