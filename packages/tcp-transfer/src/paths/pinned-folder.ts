// Recognizes a folder even if another folder is at its path now, where another user may exchange the
// two.
import type { BigIntStats, Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import { HeldFolder } from './held-folder.ts';

/** The folder that a path led to. */
export interface PinnedFolder extends Pick<BigIntStats, 'dev' | 'ino'> {
  /** Without links. */
  readonly path: string;
}

/**
 * Notes which folder is at a path. `undefined` if nobody but this user and root can put another folder
 * there: then any folder that is there is meant.
 *
 * @throws the system's error if there is none
 */
export async function pinFolder(path: string): Promise<PinnedFolder | undefined> {
  if (!(await isExchangeable(path))) return undefined;
  const { dev, ino } = await stat(path, { bigint: true });
  return { path, dev, ino };
}

async function isExchangeable(path: string): Promise<boolean> {
  const self = process.geteuid?.();
  // Windows has no user ids.
  if (self === undefined) return false;
  const isOurs = ({ uid }: Stats): boolean => [self, 0].includes(uid);
  let inner = await stat(path);
  for (let place = path; dirname(place) !== place; place = dirname(place)) {
    const outer = await stat(dirname(place));
    // In a folder like /tmp each user may move only their own entries.
    const isOpen = (outer.mode & 0o022) !== 0 && !((outer.mode & 0o1000) !== 0 && isOurs(inner));
    if (isOpen || !isOurs(outer)) return true;
    inner = outer;
  }
  return false;
}

/**
 * Whether a file lies below a pinned folder, however that and others were moved meanwhile.
 *
 * @param place the file's path, without links
 */
export async function isBelow(
  { path, dev, ino }: PinnedFolder,
  place: string,
  file: Pick<BigIntStats, 'dev' | 'ino'>,
): Promise<boolean> {
  await using folder = await HeldFolder.open(dirname(place));
  if (!(await folder.holds(basename(place), file))) return false;
  const levels = relative(path, dirname(place))
    .split(sep)
    .filter((part) => part !== '').length;
  // The folders above an open folder do not depend on a path.
  const top = await stat(`${folder.anchor}${'/..'.repeat(levels)}/.`, { bigint: true });
  return top.dev === dev && top.ino === ino;
}

/**
 * Whether another user may have linked a file into a folder: a file of this user's with several names
 * that others may not read. Systems that do not protect hard links let everybody do that.
 *
 * @param place the file's path, without links
 */
export async function mayBePlanted(place: string, file: BigIntStats): Promise<boolean> {
  const self = process.geteuid?.();
  // Windows has no user ids.
  if (self === undefined || file.nlink === 1n || (file.mode & 0o004n) !== 0n) return false;
  const isOurs = ({ uid }: BigIntStats): boolean => [self, 0].includes(Number(uid));
  if (!isOurs(file)) return false;
  await using folder = await HeldFolder.open(dirname(place));
  const isOpen = (folder.status.mode & 0o022n) !== 0n || !isOurs(folder.status);
  return isOpen || !(await folder.holds(basename(place), file));
}
