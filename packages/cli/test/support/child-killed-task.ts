import type { NodeOptions } from '../../src/node/index.ts';

/** What a process under test does, as the first argument of its command line. */
export interface KilledTask {
  readonly role: 'hold' | 'get';
  readonly node: Pick<NodeOptions, 'folder' | 'port' | 'tcpPort' | 'members'>;
  /** Where the holder counts the bytes that it has sent: one number of 8 bytes. */
  readonly ledger: string;
  /** What the other one gets, and how fast at most, in bytes per second. */
  readonly filename: string;
  readonly limitRate: number;
}

/** What it says. */
export type KilledNews =
  | { readonly type: 'ready' | 'done' }
  | { readonly type: 'warning'; readonly message: string }
  /** In all, by all holders so far. */
  | { readonly type: 'sent'; readonly bytes: number };
