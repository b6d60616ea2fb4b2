// The options, events and result of a download from one peer.
import type { PeerAddress } from '@peerlane/protocol';
import type { Clock } from '../clock.ts';
import type { PaceLimits } from '../connection/pace.ts';
import type { RateLimit } from '../connection/rate-limit.ts';
import type { ConnectionKeys } from '../connection/connection-keys.ts';
import type { Connect } from '../connection/stream-reader.ts';
import type { Existing, SavedFile } from '../storage/place-file.ts';
import type { OrderedOutput } from '../swarm/ordered-output.ts';

/** The options of `downloadFile`. */
export interface DownloadOptions extends PaceLimits {
  /** The TCP address of the peer that serves the file. */
  readonly address: PeerAddress;
  /** The name that the peer is asked for. */
  readonly filename: string;
  /**
   * The folder that the file is written to, which must exist; or an output that gets the bytes as they
   * come, with none of them on the disk.
   */
  readonly into: string | OrderedOutput;
  /**
   * The name to save it under.
   * @default `filename`
   */
  readonly saveAs?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called as bytes are written. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Called when the download reaches its next step. */
  readonly onEvent?: ((event: DownloadEvent) => void) | undefined;
  /**
   * Whether the file is synced to disk before it gets its name. Without, a loss of power soon
   * afterwards can leave an incomplete file.
   * @default true
   */
  readonly sync?: boolean;
  /**
   * What is done if another file has the name already.
   * @default 'rename'
   */
  readonly existing?: Existing | undefined;
  /**
   * The highest rate, in bytes per second, or a limit that other downloads share.
   * @default unlimited
   */
  readonly limitRate?: number | RateLimit | undefined;
  /** @default a TCP connection, which is the fastest */
  readonly connect?: Connect | undefined;
  /** The keys of a sealed cluster, which has no version 1: with them the download fails with `refused`. */
  readonly keys?: ConnectionKeys | undefined;
  /** @default the time of this machine */
  readonly clock?: Clock;
}

/** How far a download is, both numbers in bytes. */
export interface DownloadProgress {
  readonly received: number;
  readonly size: number;
}

/** A step of a download. */
export type DownloadEvent =
  /** The connection is made; the peer is asked for the file. */
  | { readonly type: 'connected' }
  /** The peer has announced the size of the file, in bytes; its data follow. */
  | { readonly type: 'started'; readonly size: number }
  /** The last byte has arrived; the file is synced and gets its name. */
  | { readonly type: 'received'; readonly size: number };

/** A file that was downloaded. */
export interface Download extends SavedFile {
  /** In bytes. */
  readonly size: number;
  /**
   * Whether the peer, of version 1, sent more than it had announced: the file has grown meanwhile, and this
   * is the part that was announced.
   */
  readonly grown?: true;
}
