import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';

/** The system's calls by which a file is opened. Tests put something in between. */
export interface OpenCalls {
  realpath(path: string): Promise<string>;
  lstat(path: string, options: { bigint: true }): Promise<BigIntStats>;
  open(path: string, flags: number): Promise<FileHandle>;
}

/** A file that was opened, and what it was then. */
export interface OpenedFile {
  readonly handle: FileHandle;
  readonly status: BigIntStats;
}

// Windows lacks the last two, and leaves them out of the result.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What says that there is no such file for us; anything else is a fault of this machine. */
const absent: ReadonlySet<string | undefined> = new Set([
  ...['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'EBUSY'],
  ...['ELOOP', 'ENAMETOOLONG', 'ENXIO', 'ENODEV', 'EINVAL'],
]);

/**
 * Opens a regular file that lies inside a folder, wherever links in its path lead. What was opened
 * is checked, not only what stood there before: a file that is swapped for a link in between is not
 * given out. `undefined` where there is no such file; it is the same for one that may not be read.
 *
 * @param root the folder, all links resolved
 * @throws the system's error where no file can be opened at all, such as `EMFILE`
 */
export async function openInside(
  root: string,
  path: string,
  calls: OpenCalls = { realpath, lstat, open },
): Promise<OpenedFile | undefined> {
  let handle: FileHandle | undefined;
  try {
    const target = await calls.realpath(path);
    if (!isInside(root, target)) return undefined;
    const found = await calls.lstat(target, { bigint: true });
    // Opening a device can do something to it: only a file is opened at all.
    if (!found.isFile()) return undefined;
    handle = await calls.open(target, openFlags);
    const status = await handle.stat({ bigint: true });
    const same = status.isFile() && status.dev === found.dev && status.ino === found.ino;
    if (same && isInside(root, await placeOf(handle, target))) {
      const opened = { handle, status };
      handle = undefined;
      return opened;
    }
    return undefined;
  } catch (error) {
    if (absent.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  } finally {
    await handle?.close();
  }
}

/** Whether a resolved path lies below a folder, with nothing hidden on the way. */
export function isInside(root: string, target: string): boolean {
  const way = relative(root, target);
  // Between two drives of Windows there is no relative way.
  if (way === '' || isAbsolute(way)) return false;
  return !way.split(sep).some((part) => part.startsWith('.'));
}

/** Where an open file lies: on Linux the system knows, elsewhere its path is resolved once more. */
async function placeOf(handle: FileHandle, target: string): Promise<string> {
  if (process.platform === 'linux') {
    try {
      return await readlink(`/proc/self/fd/${handle.fd}`);
    } catch {
      // There is no /proc here.
    }
  }
  return await realpath(target);
}
