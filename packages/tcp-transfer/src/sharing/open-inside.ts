import { constants, readlinkSync, type BigIntStats } from 'node:fs';
import { access, lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { isBelow, mayBePlanted, type PinnedFolder } from '../paths/pinned-folder.ts';
import { isSamePath } from '../paths/same-path.ts';

/** The system's calls by which a file is opened. Tests put something in between. */
export interface OpenCalls {
  realpath(path: string): Promise<string>;
  open(path: string, flags: number): Promise<FileHandle>;
}

/** A file that was opened, and what it was then. */
export interface OpenedFile {
  readonly handle: FileHandle;
  readonly status: BigIntStats;
}

// Windows lacks the last two, and leaves them out of the result.
export const openFlags: number = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Where a file must lie to be served. */
export interface ServedArea {
  /** Whether a path, with all links resolved, lies in it. */
  readonly contains: (place: string) => boolean;
  /** The folder that all of it lies below, if another user may put another folder in its place. */
  readonly pin: PinnedFolder | undefined;
}

/** All of a folder that is not hidden; the folder's path must have all links resolved. */
export function folderArea(root: string, pin?: PinnedFolder): ServedArea {
  return { contains: (place) => isInside(root, place), pin };
}

/** One file, with the pin of its folder; its path must have all links resolved. */
export function fileArea(path: string, pin?: PinnedFolder): ServedArea {
  return { contains: (place) => isSamePath(path, place), pin };
}

/** What says that a path is a link, which is not followed: the second on FreeBSD. */
const linkInPlace: ReadonlySet<string | undefined> = new Set(['ELOOP', 'EMLINK']);

/** What says that there is no such file for us; anything else is a fault of this machine. */
const absent: ReadonlySet<string | undefined> = new Set([
  ...['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'EBUSY'],
  ...['ELOOP', 'ENAMETOOLONG', 'ENXIO', 'ENODEV', 'EINVAL'],
]);

/**
 * Opens a regular file that lies inside an area, wherever links in its path lead. The opened file is
 * checked, not what stood there before: a file that was swapped for a link in between is not
 * returned. `undefined` if there is no such file, or it may not be read.
 *
 * @throws the system's error if no file can be opened at all, such as `EMFILE`
 */
export async function openInside(
  area: ServedArea,
  path: string,
  calls: OpenCalls = { realpath, open },
): Promise<OpenedFile | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await openTarget(area, path, calls);
    const status = await handle?.stat({ bigint: true });
    if (!handle || !status?.isFile()) return undefined;
    const opened = { handle, status };
    if (!(await isPlacedInside(area, path, opened, calls))) return undefined;
    handle = undefined;
    return opened;
  } catch (error) {
    if (absent.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  } finally {
    await handle?.close();
  }
}

/** Opens a path; where it is a link, what it leads to, if that lies inside. */
async function openTarget(
  area: ServedArea,
  path: string,
  calls: OpenCalls,
): Promise<FileHandle | undefined> {
  try {
    return await calls.open(path, openFlags);
  } catch (error) {
    if (!linkInPlace.has((error as NodeJS.ErrnoException).code)) throw error;
    const target = await calls.realpath(path);
    return area.contains(target) ? await calls.open(target, openFlags) : undefined;
  }
}

/** Where an open file lies: on Linux the system tells, elsewhere its path is looked at once more. */
async function isPlacedInside(
  area: ServedArea,
  path: string,
  { handle, status }: OpenedFile,
  calls: OpenCalls,
): Promise<boolean> {
  const place = process.platform === 'linux' ? placeOfDescriptor(handle.fd) : undefined;
  const isInArea =
    place === undefined ? await isStillInside(area, path, status, calls) : area.contains(place);
  return isInArea && isOfUser(area, place ?? (await calls.realpath(path)), status);
}

/**
 * Whether this user has put a file where it lies: another user may have exchanged a folder above it,
 * or linked to it.
 *
 * @param place the file's path, with all links resolved
 */
async function isOfUser({ pin }: ServedArea, place: string, status: BigIntStats): Promise<boolean> {
  if (pin && !(await isBelow(pin, place, status))) return false;
  return !(await mayBePlanted(place, status));
}

/**
 * Whether what a path leads to by now lies inside and is the file that was opened. For systems that
 * do not tell where an open file lies.
 */
export async function isStillInside(
  area: ServedArea,
  path: string,
  status: BigIntStats,
  calls: Pick<OpenCalls, 'realpath'> = { realpath },
): Promise<boolean> {
  const target = await calls.realpath(path);
  if (!area.contains(target)) return false;
  const found = await lstat(target, { bigint: true });
  return found.isFile() && found.dev === status.dev && found.ino === status.ino;
}

/**
 * The status of a regular file that lies inside an area, without opening it; `undefined` if there is
 * none, or it may not be read.
 */
export async function statusInside(
  area: ServedArea,
  path: string,
): Promise<BigIntStats | undefined> {
  try {
    const target = await realpath(path);
    if (!area.contains(target)) return undefined;
    // A link that has taken the file's place meanwhile is not followed.
    const status = await lstat(target, { bigint: true });
    if (!status.isFile() || !(await isOfUser(area, target, status))) return undefined;
    await access(target, constants.R_OK);
    return status;
  } catch (error) {
    if (absent.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  }
}

/** Whether a resolved path lies below a folder, with nothing hidden on the way. */
export function isInside(root: string, target: string): boolean {
  const way = relative(root, target);
  // Between two drives of Windows there is no relative way.
  if (way === '' || isAbsolute(way)) return false;
  return !way.split(sep).some((part) => part.startsWith('.'));
}

function placeOfDescriptor(descriptor: number): string | undefined {
  try {
    // No disk is asked for this.
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}
