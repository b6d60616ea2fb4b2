// The type of a file that is open to be served.
import type { FileHandle } from 'node:fs/promises';
import type { FileIdentity } from './file-identity.ts';

/** A file that is open for reading. The caller that opened it closes `handle`. */
export interface SharedFile {
  /** Its base name, as it was asked for: data, not safe to print. */
  readonly filename: string;
  /** Its size in bytes when it was opened. */
  readonly size: number;
  /** Its identity when it was opened. */
  readonly identity: FileIdentity;
  readonly handle: FileHandle;
  /** Whether its size and its times of change are still what they were when it was opened. */
  unchanged(): Promise<boolean>;
}
