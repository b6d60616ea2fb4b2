// The events of a file server: files that are sent, connections, and bytes that cross them.

/** A file, or files of a folder, that a client asked for and that was found. */
export interface FoundFile {
  /**
   * Its base name, as the client asked for it; or the path of the folder, with a slash at its end. Data, not
   * safe to print.
   */
  readonly filename: string;
  /** In bytes. Of a folder it is what is sent of it: at first, and in all when that was sent. */
  readonly size: number;
}

/** A file that is sent to a client. */
export interface Upload extends FoundFile {
  /** The client, as `host:port`. */
  readonly client: string;
}

/**
 * Bytes that crossed a connection at one time, as the serving side saw them. Requests, headers and
 * answer lines come with their bytes; of data only the number of bytes is reported.
 */
export type TransferWireEvent = {
  readonly direction: 'in' | 'out';
  /** The client, as `host:port`. */
  readonly client: string;
} & (
  | { readonly bytes: Uint8Array; readonly dataLength?: never }
  /** In bytes. */
  | { readonly dataLength: number; readonly bytes?: never }
);

/** Is called with what crosses one connection. Must not throw. */
export type OnTransferWire = (
  direction: 'in' | 'out',
  what: { readonly bytes: Uint8Array } | { readonly dataLength: number },
) => void;

/** The events of a file server, with their arguments. */
export interface FileServerEvents {
  /** A client, as `host:port`, has connected and is served now. */
  connection: [client: string];
  /**
   * The client has asked for a file; or for a folder, then the name ends with a slash, and this is told once
   * for all requests that follow one another. The name is data: not safe to print.
   */
  asked: [request: { readonly client: string; readonly filename: string }];
  /** The client's file was found and is about to be sent; of a folder, the first files. */
  sending: [upload: Upload];
  /** The file was sent whole; of a folder, what the client wanted of it. */
  sent: [upload: Upload];
  /** The file is larger than a header of version 1 can say, so nothing is sent. */
  tooLarge: [upload: Upload];
  /** The connection of a client was closed for others: it had been idle longest, or too many waited. */
  crowdedOut: [client: string];
  /** Bytes crossed a connection that had a listener for this event when the server began to serve it. */
  wire: [event: TransferWireEvent];
  /**
   * A connection failed; the server goes on. The message may hold text from the network; `cause` is
   * the original error.
   */
  warning: [error: Error];
}
