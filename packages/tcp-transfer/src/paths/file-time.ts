// Sets when a file was last changed, exact to the microsecond.
import type { FileHandle } from 'node:fs/promises';

/** The runtime cuts times to microseconds, after rounding has made some of them a little smaller. */
const half = 0.5e-6;

/**
 * How the runtime is told when a file was last changed; `undefined` for a time that no disk can store.
 *
 * @param mtime in milliseconds since 1970; a fraction counts down to microseconds
 */
export function timeOfChange(mtime: number): number | Date | undefined {
  // A source may claim any time.
  if (!Number.isFinite(new Date(mtime).getTime())) return undefined;
  // Node takes a negative number for now, and a negative date for what it is.
  return mtime >= 0 ? mtime / 1000 + half : new Date(mtime);
}

/** The same for a thread, as CommonJS, and for times that `Date` can hold. */
export const timeOfChangeSource: string = String.raw`
function timeOfChange(mtime) {
  return mtime >= 0 ? mtime / 1000 + ${half} : new Date(mtime);
}
`;

/** Sets when an open file was last changed, see {@link timeOfChange}, if the disk can keep that. */
export async function setChanged(handle: FileHandle, mtime: number): Promise<void> {
  const time = timeOfChange(mtime);
  if (time !== undefined) await handle.utimes(new Date(), time).catch(() => undefined);
}
