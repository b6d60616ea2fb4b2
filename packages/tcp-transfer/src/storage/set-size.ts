// Gives a file its size before its bytes are there.
import type { FileHandle } from 'node:fs/promises';
import { isOutOfSpace } from '../paths/out-of-space.ts';

/** Some disks take no larger file, in bytes: those are told before anything is received. */
const largestEverywhere = 2 ** 31 - 1;

/** Gives a file its size at once, so that what is missing is known later, or if it may be too large. */
export async function setSize(handle: FileHandle, size: number, isKept: boolean): Promise<void> {
  if (!isKept && size <= largestEverywhere) return;
  try {
    await handle.truncate(size);
  } catch (error) {
    if (isOutOfSpace(error) || (await handle.stat()).size > size) throw error;
    // A disk that makes no file longer at once may do so by a write behind its end.
    if (size > 0) await handle.write(new Uint8Array(1), 0, 1, size - 1);
  }
}
