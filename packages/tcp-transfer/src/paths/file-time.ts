// Sets when a file was last changed, exact to the microsecond.
import type { FileHandle } from 'node:fs/promises';

/** The runtime cuts times to microseconds, after rounding has made some of them a little smaller. */
const half = 0.5e-6;

/**
 * Sets when an open file was last changed, if the disk can keep that.
 *
 * @param mtime in milliseconds since 1970; a fraction counts down to microseconds
 */
export async function setChanged(handle: FileHandle, mtime: number): Promise<void> {
  // Node takes a negative number for now, and a negative date for what it is.
  const time = mtime >= 0 ? mtime / 1000 + half : new Date(mtime);
  // A source may claim a time that no disk can store.
  if (!Number.isFinite(new Date(mtime).getTime())) return;
  await handle.utimes(new Date(), time).catch(() => undefined);
}
