// The options and callbacks of serving one connection.
import type { FolderWork } from '../folders/folder-work.ts';
import type { Clock } from '../clock.ts';
import type { ConnectionKeys } from '../connection/connection-keys.ts';
import type { RateLimit } from '../connection/rate-limit.ts';
import type { PaceLimits } from '../connection/pace.ts';
import type { SpeedMeter } from '../limits/speed-meter.ts';
import type { OfferContext } from '../sends/answer-offer.ts';
import type { FoundFile, OnTransferWire } from './file-server-events.ts';
import type { SendBuffers } from './send-buffers.ts';

/** How one connection is served. The callbacks must not throw. */
export interface ServeOptions extends PaceLimits {
  /**
   * How long a client may take to send its first request, in milliseconds, with the handshake of a sealed
   * connection.
   * @default 10_000
   */
  readonly requestTimeout?: number;
  /**
   * The keys of a sealed cluster: a client that has none of them is not served.
   * @default none: everybody is served
   */
  readonly keys?: ConnectionKeys | undefined;
  /** @default the clock of this machine */
  readonly clock?: Clock;
  /**
   * Resolves when a request may be answered, or when the signal is aborted, as the connection is closed.
   * @default at once
   */
  readonly turn?: (cost: number, signal: AbortSignal) => Promise<void>;
  /**
   * Limits how fast the connections that share it are sent to, all together.
   * @default no limit
   */
  readonly limit?: RateLimit | undefined;
  /** Measures how fast the client reads. */
  readonly meter?: SpeedMeter;
  /**
   * Is called when a request has come; `filename` is empty if the request names no file, ends with a slash
   * if it names a folder, and is missing if the request goes on with the folder of the one before.
   */
  readonly onAsked?: (filename: string | undefined) => void;
  /** Is called when a request of version 2 was answered: the client may send another. */
  readonly onAnswered?: () => void;
  /** Is called when a file was found and is about to be sent. */
  readonly onSending?: (file: FoundFile) => void;
  /** Is called when the file was sent whole. */
  readonly onSent?: (file: FoundFile) => void;
  /** Is called instead if the file is larger than version 1 can say: nothing is sent. */
  readonly onTooLarge?: (file: FoundFile) => void;
  /** Is called with what crosses the connection. */
  readonly onWire?: OnTransferWire;
  /**
   * The buffers that files are sent from. Connections of one process should share them.
   * @default buffers for this connection alone
   */
  readonly buffers?: SendBuffers;
  /**
   * What the requests for trees and packs share. Connections of one process should share it.
   * @default nothing is shared with other connections
   * @internal
   */
  readonly folders?: FolderWork;
  /**
   * The machine of the client: those that ask for folders at the same time get equal parts of the work.
   * @default each connection counts for itself
   */
  readonly machine?: string;
  /**
   * Whether clients of version 2 may list what is served.
   * @default true
   */
  readonly catalog?: boolean;
  /**
   * Who answers offers of things to receive, and the IP address of the client.
   * @default nothing is received
   */
  readonly receiving?: OfferContext | undefined;
  /**
   * The version of the protocol; with 1 requests are read as the original does: once, with or without a
   * line feed, and of version 1 alone.
   * @default 2
   */
  readonly protocol?: 1 | 2;
}
