import { constants, readlinkSync, type BigIntStats } from 'node:fs';
import { access, lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { isBelow, mayBePlanted, type PinnedFolder } from './pinned-folder.ts';
import { isSamePath } from './same-path.ts';

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
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What says that a path is a link, which is not followed: the second on FreeBSD. */
const linkInPlace: ReadonlySet<string | undefined> = new Set(['ELOOP', 'EMLINK']);

/** What says that there is no such file for us; anything else is a fault of this machine. */
const absent: ReadonlySet<string | undefined> = new Set([
  ...['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'EBUSY'],
  ...['ELOOP', 'ENAMETOOLONG', 'ENXIO', 'ENODEV', 'EINVAL'],
]);

/**
 * Opens a regular file that lies inside a folder, wherever links in its path lead. It is what was
 * opened that is checked, not what stood there before: a file that is swapped for a link in between
 * is not given out. `undefined` where there is no such file, or it may not be read.
 *
 * @param root the folder, all links resolved
 * @param pin the folder, where another one may take its path
 * @throws the system's error where no file can be opened at all, such as `EMFILE`
 */
export function openInside(
  root: string,
  path: string,
  pin?: PinnedFolder,
  calls: OpenCalls = { realpath, open },
): Promise<OpenedFile | undefined> {
  return openWhere(path, { isMeant: (place) => isInside(root, place), pin }, calls);
}

/**
 * Opens the regular file at a path, as {@link openInside} does: what lies elsewhere is not given out,
 * though a link that was put in the place of the file or of a folder leads there.
 *
 * @param path with all links resolved
 * @param pin its folder, where another one may take its path
 * @throws the system's error where no file can be opened at all, such as `EMFILE`
 */
export function openAt(path: string, pin?: PinnedFolder): Promise<OpenedFile | undefined> {
  return openWhere(path, { isMeant: (place) => isSamePath(path, place), pin }, { realpath, open });
}

/** Where a file must lie. */
interface Where {
  /** Whether one may be given out that lies at a path without links. */
  readonly isMeant: (place: string) => boolean;
  readonly pin: PinnedFolder | undefined;
}

async function openWhere(
  path: string,
  where: Where,
  calls: OpenCalls,
): Promise<OpenedFile | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await openTarget(path, where.isMeant, calls);
    const status = await handle?.stat({ bigint: true });
    if (!handle || !status?.isFile()) return undefined;
    if (!(await isPlacedWhere(path, where, { handle, status }, calls))) return undefined;
    const opened = { handle, status };
    handle = undefined;
    return opened;
  } catch (error) {
    if (absent.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  } finally {
    await handle?.close();
  }
}

/** Opens a path; where it is a link, what it leads to, if that is meant. */
async function openTarget(
  path: string,
  isMeant: (place: string) => boolean,
  calls: OpenCalls,
): Promise<FileHandle | undefined> {
  try {
    return await calls.open(path, openFlags);
  } catch (error) {
    if (!linkInPlace.has((error as NodeJS.ErrnoException).code)) throw error;
    const target = await calls.realpath(path);
    return isMeant(target) ? await calls.open(target, openFlags) : undefined;
  }
}

/** Where an open file lies: on Linux the system tells, elsewhere its path is looked at once more. */
async function isPlacedWhere(
  path: string,
  { isMeant, pin }: Where,
  { handle, status }: OpenedFile,
  calls: OpenCalls,
): Promise<boolean> {
  const place = process.platform === 'linux' ? placeOfDescriptor(handle.fd) : undefined;
  const isRight =
    place === undefined ? await isStillThere(path, isMeant, status, calls) : isMeant(place);
  return isRight && isGiven(pin, place ?? (await calls.realpath(path)), status);
}

/** Whether a file is where the user has put it: others may move what is around it, and link to it. */
async function isGiven(
  pin: PinnedFolder | undefined,
  place: string,
  status: BigIntStats,
): Promise<boolean> {
  if (pin && !(await isBelow(pin, place, status))) return false;
  return !(await mayBePlanted(place, status));
}

/**
 * Whether what a path leads to by now is meant and is the file that was opened. For systems that do
 * not tell where an open file lies.
 */
export async function isStillThere(
  path: string,
  isMeant: (place: string) => boolean,
  status: BigIntStats,
  calls: Pick<OpenCalls, 'realpath'> = { realpath },
): Promise<boolean> {
  const target = await calls.realpath(path);
  if (!isMeant(target)) return false;
  const found = await lstat(target, { bigint: true });
  return found.isFile() && found.dev === status.dev && found.ino === status.ino;
}

/**
 * What a regular file that lies inside a folder is, without opening it; `undefined` where there is
 * none, or it may not be read.
 */
export async function statusInside(
  root: string,
  path: string,
  pin?: PinnedFolder,
): Promise<BigIntStats | undefined> {
  try {
    const target = await realpath(path);
    if (!isInside(root, target)) return undefined;
    // A link that has taken the file's place meanwhile is not followed.
    const status = await lstat(target, { bigint: true });
    if (!status.isFile() || !(await isGiven(pin, target, status))) return undefined;
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
