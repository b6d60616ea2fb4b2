import type { PeerAddress } from '@peerlane/protocol';
import type { Existing } from '../../src/index.ts';

/** What a process under test does, as the first argument of its command line. */
export type PeerTask = ServeTask | DownloadTask | DisturbTask;

interface Task {
  /** The user and group whose rights are taken. */
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

/** Downloads a file each time that it gets a message. */
export interface DownloadTask extends Task {
  readonly role: 'download';
  readonly address: PeerAddress;
  readonly filename: string;
  readonly into: string;
  /** The content that is wanted: only then is version 2 spoken, and what comes verified. */
  readonly root?: string;
  readonly existing?: Existing;
}

/** Plays a trick of {@link tricks} on whoever downloads into a folder, again and again until it is killed. */
export interface DisturbTask extends Task {
  readonly role: 'disturb';
  readonly trick: string;
  /** The folder that is downloaded into. */
  readonly into: string;
  /** A folder that the other user holds dear. */
  readonly home: string;
}

/** What it says. */
export type PeerNews =
  | { readonly type: 'listening'; readonly address: PeerAddress }
  | { readonly type: 'warning'; readonly message: string }
  /** How many bytes have come so far. */
  | { readonly type: 'progress'; readonly received: number }
  | { readonly type: 'ready' | 'started' | 'disturbing' }
  | { readonly type: 'done'; readonly path: string; readonly created: boolean }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };
