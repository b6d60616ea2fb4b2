// Opens files that may be served, and no others, whatever is put in their place meanwhile.
import { constants, readlinkSync, type BigIntStats } from 'node:fs';
import { access, lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { isBelow, mayBePlanted, type PinnedFolder } from '../paths/pinned-folder.ts';
import { isSamePath } from '../paths/same-path.ts';

/** The system calls that open a file. Tests intercept them. */
export interface OpenCalls {
  realpath(path: string): Promise<string>;
  open(path: string, flags: number): Promise<FileHandle>;
}

/** A file that was opened, and its status at that time. */
export interface OpenedFile {
  readonly handle: FileHandle;
  readonly status: BigIntStats;
}

// Without O_NONBLOCK, opening a FIFO would wait. Windows lacks the last two, which count as 0 there.
export const openFlags: number = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The area in which a file must lie to be served. */
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

/** Just this path: nothing that a link on it leads to. All links in it must be resolved. */
export function pathArea(path: string, pin?: PinnedFolder): ServedArea {
  return { contains: (place) => place === path, pin };
}

/** The errors for a path that is a link, which is not followed; the second one is FreeBSD's. */
const linkErrors: ReadonlySet<string | undefined> = new Set(['ELOOP', 'EMLINK']);

/** The errors for a file that is missing or may not be read; all others are faults of this machine. */
const absentErrors: ReadonlySet<string | undefined> = new Set([
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
    if (absentErrors.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  } finally {
    await handle?.close();
  }
}

/** Opens a path; if it is a link, opens its target, provided that this lies inside. */
async function openTarget(
  area: ServedArea,
  path: string,
  calls: OpenCalls,
): Promise<FileHandle | undefined> {
  try {
    return await calls.open(path, openFlags);
  } catch (error) {
    if (!linkErrors.has((error as NodeJS.ErrnoException).code)) throw error;
    const target = await calls.realpath(path);
    return area.contains(target) ? await calls.open(target, openFlags) : undefined;
  }
}

/** Whether an open file lies inside: Linux reports its place, elsewhere its path is resolved again. */
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
 * Whether a path leads to the file that was opened, inside the area. For systems that do not report
 * where an open file lies.
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
    // A link that has replaced the file meanwhile is not followed.
    const status = await lstat(target, { bigint: true });
    if (!status.isFile() || !(await isOfUser(area, target, status))) return undefined;
    await access(target, constants.R_OK);
    return status;
  } catch (error) {
    if (absentErrors.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  }
}

/** Whether a resolved path lies below a folder, with nothing hidden on the way. */
export function isInside(root: string, target: string): boolean {
  const path = relative(root, target);
  // There is no relative path between two drives of Windows.
  if (path === '' || isAbsolute(path)) return false;
  return !path.split(sep).some((part) => part.startsWith('.'));
}

/** The path of an open file or folder, on a system that knows it. */
export function placeOfDescriptor(descriptor: number): string | undefined {
  try {
    // A synchronous call is fine here: /proc is on no disk, so it does not block for long.
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return undefined;
  }
}
