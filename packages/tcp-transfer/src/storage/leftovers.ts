// The unfinished files that earlier processes left: which are removed, and which are gone on with.
import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { HeldFolder } from '../paths/held-folder.ts';
import { openHiddenFolder, removeHiddenFolder } from './hidden-folder.ts';
import { Ownership } from './ownership.ts';
import { isFree, namesIn, removeOldest } from './left-files.ts';
import { livenessOf, ownIdentity } from './process-identity.ts';
import {
  fits,
  isAbandoned,
  isSameProcess,
  keyInName,
  ownerOf,
  type UnfinishedKey,
} from './unfinished-name.ts';
import { unlink } from './while-busy.ts';

/** How long an unfinished file with a key is kept after the last write, in milliseconds: 30 days. */
const keptFor = 30 * 24 * 60 * 60 * 1000;

/** Whether a file was placed already: its process was killed before it could remove the hidden name. */
export function isPlaced({ nlink }: Stats): boolean {
  return nlink > 1;
}

/**
 * Removes the unfinished files that killed processes have left in a download folder. Files of running
 * processes stay, also if several nodes download into one folder.
 *
 * @returns how many files were removed
 */
export async function clearUnfinished(path: string): Promise<number> {
  const folder = await HeldFolder.open(path).catch(() => undefined);
  try {
    return folder ? await clearLeftovers(folder, new Ownership(), undefined) : 0;
  } finally {
    await folder?.close();
  }
}

/**
 * The same as {@link clearUnfinished}, for a folder that is open.
 *
 * @param held the names of the unfinished files that this process is writing, if they are known
 */
export async function clearLeftovers(
  folder: HeldFolder,
  ownership: Ownership,
  held: ReadonlySet<string> | undefined,
): Promise<number> {
  const hidden = await openHiddenFolder(folder, ownership);
  if (!hidden) return 0;
  try {
    const names = await namesIn(hidden);
    let removed = 0;
    for (const name of names) {
      if (!(await isLeftOver(hidden, name))) continue;
      await unlink(hidden.at(name)).catch(() => undefined);
      removed += 1;
    }
    await removeOldest(hidden, held);
    if (removed === names.length) await removeHiddenFolder(folder, hidden);
    return removed;
  } finally {
    await hidden.close();
  }
}

/**
 * Whether an earlier download into a folder has left something that a later one can go on with. Another
 * user of the folder has other leftovers.
 */
export async function hasUnfinished(path: string): Promise<boolean> {
  await using folder = await HeldFolder.open(path).catch(() => undefined);
  await using hidden = folder && (await openHiddenFolder(folder, new Ownership()));
  return !!hidden && (await namesIn(hidden)).some((name) => keyInName(name) !== undefined);
}

async function isLeftOver(hidden: HeldFolder, name: string): Promise<boolean> {
  const owner = ownerOf(name);
  const self = ownIdentity();
  // The files of this process are still being written.
  if (!owner || isSameProcess(owner, self)) return false;
  const status = await lstat(hidden.at(name)).catch(() => undefined);
  const untouched = Date.now() - (status?.mtimeMs ?? 0);
  if (!status || !isAbandoned(owner, self, untouched, livenessOf)) return false;
  return keyInName(name) === undefined || untouched >= keptFor || isPlaced(status);
}

/**
 * The unfinished files of a key in a hidden folder that no process writes to any more.
 *
 * @param held the names of those that this process is writing
 * @returns their names, those of known content first
 */
export async function resumable(
  hidden: HeldFolder,
  key: UnfinishedKey,
  held: ReadonlySet<string>,
): Promise<string[]> {
  const found: string[] = [];
  for (const name of await namesIn(hidden)) {
    const left = keyInName(name);
    if (!fits(left, key)) continue;
    const status = await lstat(hidden.at(name)).catch(() => undefined);
    if (!status?.isFile() || isPlaced(status)) continue;
    if (!isFree(name, status, held)) continue;
    if (left?.root === undefined) found.push(name);
    else found.unshift(name);
  }
  return found;
}
