// How a connection is served, and what is told meanwhile.
import type { Clock } from '../clock.ts';
import type { PaceLimits } from '../connection/pace.ts';
import type { SendBuffers } from './send-buffers.ts';
import type { FoundFile, OnTransferWire } from './file-server-events.ts';

/** How a connection is served, and what is told meanwhile. */
export interface ServeOptions extends PaceLimits {
  /**
   * How long a client may take to send its request, in milliseconds.
   * @default 10_000
   */
  readonly requestTimeout?: number;
  /** @default the time of this machine */
  readonly clock?: Clock;
  /** A request has come; `filename` is empty where it names no file. */
  readonly onAsked?: (filename: string) => void;
  /** A request of version 2 was answered: the client may send another. */
  readonly onAnswered?: () => void;
  /** The file was found and is about to be sent. */
  readonly onSending?: (file: FoundFile) => void;
  /** The file was sent. */
  readonly onSent?: (file: FoundFile) => void;
  /** The file is larger than version 1 can say: nothing is sent. */
  readonly onTooLarge?: (file: FoundFile) => void;
  /** Something crossed the connection. */
  readonly onWire?: OnTransferWire;
  /**
   * What the file is sent from, to be shared by all connections of a server.
   * @default buffers of its own
   */
  readonly buffers?: SendBuffers;
  /**
   * Whether clients of version 2 are told what the folder holds.
   * @default true
   */
  readonly catalog?: boolean;
}
