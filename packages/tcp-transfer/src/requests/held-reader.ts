// What a `PeerConnection` sends a request on: a stream that it has alone, for one answer or for long.
import type { StreamReader } from '../connection/stream-reader.ts';

/** A stream to a peer that nobody else uses for now. */
export interface HeldReader {
  readonly reader: StreamReader;
  /** Whether it has brought an answer: since then the peer may have closed it as idle. */
  isUsed: boolean;
  /** It is held for long: nobody waits for it. */
  keep(): void;
  /** Others may use it, if it is still open. After the first call it does nothing. */
  release(): void;
}

/** Where a `PeerConnection` gets its streams. */
export interface ReaderSource {
  /**
   * Waits for a stream to the peer.
   *
   * @throws ProtocolError `bad-address`; TransferError `unreachable`, `not-member`; the reason of an
   * aborted signal
   */
  acquire(signal: AbortSignal): Promise<HeldReader>;
}
