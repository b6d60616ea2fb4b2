import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { HeldFolder } from '../paths/held-folder.ts';
import { openHiddenFolder, removeHiddenFolder } from './hidden-folder.ts';
import { Ownership } from './ownership.ts';
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

/** What can be gone on with is kept for so long after it was last written to, in milliseconds: 30 days. */
const keptFor = 30 * 24 * 60 * 60 * 1000;

/** Whether it was whole, and is the user's by now: its process ended before it could be removed. */
export function hasItsName({ nlink }: Stats): boolean {
  return nlink > 1;
}

/**
 * Removes what killed processes have left of unfinished downloads into a folder. What a living
 * process is writing stays, also where several nodes download into one folder.
 *
 * @returns how many files were removed
 */
export async function clearUnfinished(path: string): Promise<number> {
  const folder = await HeldFolder.open(path).catch(() => undefined);
  try {
    return folder ? await clearLeftovers(folder, new Ownership()) : 0;
  } finally {
    await folder?.close();
  }
}

/** Does it for a folder that is open. */
export async function clearLeftovers(folder: HeldFolder, ownership: Ownership): Promise<number> {
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
    if (removed === names.length) await removeHiddenFolder(folder, hidden);
    return removed;
  } finally {
    await hidden.close();
  }
}

async function isLeftOver(hidden: HeldFolder, name: string): Promise<boolean> {
  const owner = ownerOf(name);
  const self = ownIdentity();
  // Ours are being written, and may be many.
  if (!owner || isSameProcess(owner, self)) return false;
  const status = await lstat(hidden.at(name)).catch(() => undefined);
  const untouched = Date.now() - (status?.mtimeMs ?? 0);
  if (!status || !isAbandoned(owner, self, untouched, livenessOf)) return false;
  return keyInName(name) === undefined || untouched >= keptFor || hasItsName(status);
}

/**
 * The unfinished files of a key in a hidden folder that nobody writes to any more.
 *
 * @param held names of this process' own that are being written
 * @returns their names, those of known content first
 */
export async function resumable(
  hidden: HeldFolder,
  key: UnfinishedKey,
  held: ReadonlySet<string>,
): Promise<string[]> {
  const self = ownIdentity();
  const found: string[] = [];
  for (const name of await namesIn(hidden)) {
    const owner = ownerOf(name);
    const left = keyInName(name);
    if (!owner || !fits(left, key)) continue;
    const status = await lstat(hidden.at(name)).catch(() => undefined);
    if (!status?.isFile() || hasItsName(status)) continue;
    const isFree = isSameProcess(owner, self)
      ? !held.has(name)
      : isAbandoned(owner, self, Date.now() - status.mtimeMs, livenessOf);
    if (!isFree) continue;
    if (left?.root === undefined) found.push(name);
    else found.unshift(name);
  }
  return found;
}

/** Another process may have removed it just now. */
function namesIn(hidden: HeldFolder): Promise<string[]> {
  return readdir(hidden.anchor).catch(() => []);
}
