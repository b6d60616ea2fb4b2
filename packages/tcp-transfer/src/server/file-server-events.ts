import type { FoundFile } from './serve-options.ts';
import type { TransferWireEvent } from './transfer-wire-event.ts';

/** A file that a client asked for. */
export interface Upload extends FoundFile {
  /** The client, as `host:port`. */
  readonly client: string;
}

/** What a file server tells. Names are data: not safe to print. */
export interface FileServerEvents {
  /** A client has connected and is served now. */
  connection: [client: string];
  /** The client has asked for a file. */
  asked: [request: { readonly client: string; readonly filename: string }];
  /** The client's file was found and is about to be sent. */
  sending: [upload: Upload];
  /** The file was sent whole. */
  sent: [upload: Upload];
  /** The file is larger than version 1 can say: the client got nothing. */
  tooLarge: [upload: Upload];
  /** A connection was closed for others: it had been idle longest, or too many waited. */
  crowdedOut: [client: string];
  /** Something crossed a connection that had a listener for this when it began to be served. */
  wire: [event: TransferWireEvent];
  /**
   * A connection failed; the server goes on. The message may hold text from the network; `cause` is
   * the error that it tells of.
   */
  warning: [error: Error];
}
