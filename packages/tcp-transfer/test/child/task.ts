import type { PeerAddress } from '@peerlane/protocol';

/** What a process under test does, as the first argument of its command line. */
export type PeerTask = ServeTask | DownloadTask;

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
}

/** What it says. */
export type PeerNews =
  | { readonly type: 'listening'; readonly address: PeerAddress }
  | { readonly type: 'warning'; readonly message: string }
  /** How many bytes have come so far. */
  | { readonly type: 'progress'; readonly received: number }
  | { readonly type: 'ready' | 'started' | 'done' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };
