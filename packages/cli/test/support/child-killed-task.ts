// What a program under test does, and what it reports.
import type { NodeOptions } from '../../src/node/index.ts';

/** The task of a process under test, as the first argument of its command line. */
export interface KilledTask {
  readonly role: 'hold' | 'get';
  readonly node: Pick<NodeOptions, 'folder' | 'port' | 'tcpPort' | 'members'>;
  /** The file in which the holder counts the bytes that it has sent: one number of 8 bytes. */
  readonly ledger: string;
  /** The file that the other side gets, and its greatest rate in bytes per second. */
  readonly filename: string;
  readonly limitRate: number;
}

/** What a process reports. */
export type KilledNews =
  | { readonly type: 'ready' | 'done' }
  | { readonly type: 'warning'; readonly message: string }
  /** The bytes that all holders have sent so far. */
  | { readonly type: 'sent'; readonly bytes: number };
