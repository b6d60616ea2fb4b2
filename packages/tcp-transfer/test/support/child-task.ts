// The messages between tests and peer processes.
import type { PeerAddress } from '@peerlane/protocol';
import type { Existing } from '../../src/index.ts';

/** The task of a peer process, which is the first argument of its command line. */
export type PeerTask = ServeTask | ServeTreeTask | DownloadTask | DownloadTreeTask | DisturbTask;

interface Task {
  /** The number of the user and of the group that the process becomes. */
  readonly user?: number;
}

/** Serves a folder. */
export interface ServeTask extends Task {
  readonly role: 'serve';
  readonly folder: string;
  readonly options?: {
    readonly maxConnections?: number;
    readonly maxConnectionsPerAddress?: number;
  };
}

/** Serves a folder as a whole. */
export interface ServeTreeTask extends Task {
  readonly role: 'serve-tree';
  readonly folder: string;
}

/** Downloads a folder once for each message. */
export interface DownloadTreeTask extends Task {
  readonly role: 'download-tree';
  readonly address: PeerAddress;
  readonly folder: string;
  readonly into: string;
}

/** Downloads a file once for each message. */
export interface DownloadTask extends Task {
  readonly role: 'download';
  readonly address: PeerAddress;
  readonly filename: string;
  readonly into: string;
  /** The root of the wanted content; with it the download is verified, in version 2. */
  readonly root?: string;
  readonly existing?: Existing;
}

/** Plays one of the {@link tricks} on a download into a folder, again and again. */
export interface DisturbTask extends Task {
  readonly role: 'disturb';
  readonly trick: string;
  /** The folder that is downloaded into. */
  readonly into: string;
  /** A folder of the victim that must not change. */
  readonly home: string;
}

/** The messages of a peer process. */
export type PeerNews =
  | { readonly type: 'listening'; readonly address: PeerAddress }
  | { readonly type: 'warning'; readonly message: string }
  /** How many bytes have come so far. */
  | { readonly type: 'progress'; readonly received: number }
  | { readonly type: 'ready' | 'started' | 'disturbing' }
  | { readonly type: 'done'; readonly path: string; readonly created: boolean }
  | { readonly type: 'done-tree'; readonly fetchedFiles: number; readonly problems: number }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };
