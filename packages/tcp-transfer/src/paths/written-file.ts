// Recognizes a written file after it got its name.
import type { BigIntStats } from 'node:fs';

/** The properties of a written file that stay when it gets its name: `ctime` does not. */
export type WrittenFile = Pick<BigIntStats, 'dev' | 'ino' | 'uid' | 'size' | 'mtimeNs'>;

/** Whether the file that has a name now is the one that was written, and nobody wrote to it since. */
export function isWritten(written: WrittenFile, now: WrittenFile): boolean {
  // Windows may number a file by its handle otherwise than by its name.
  const keys = process.platform === 'win32' ? [] : (['dev', 'ino', 'uid'] as const);
  return ([...keys, 'size', 'mtimeNs'] as const).every((key) => now[key] === written[key]);
}
