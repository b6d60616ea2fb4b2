// The hidden folder inside a download folder, which nobody but its user may write to.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeldFolder } from '../paths/held-folder.ts';
import type { Ownership } from './ownership.ts';
import { TransferError } from '../transfer-error.ts';
import { rmdir } from './while-busy.ts';

/** The name of the folder that holds unfinished files inside a download folder. */
export const hiddenFolder = '.peerlane';

/** How often making a folder is tried while other processes remove it. */
const maxAttempts = 100;

/** The possible names of the hidden folder: several users of one folder have one each. */
function hiddenNames(): readonly string[] {
  const self = process.geteuid?.();
  return self === undefined ? [hiddenFolder] : [hiddenFolder, `${hiddenFolder}-${self}`];
}

/** Opens the hidden folder of a folder; `undefined` if this user has none. */
export async function openHiddenFolder(
  folder: HeldFolder,
  ownership: Ownership,
): Promise<HeldFolder | undefined> {
  for (const name of hiddenNames()) {
    const found = await openOwn(folder, name, ownership);
    if (found) return found;
  }
  return undefined;
}

/**
 * Opens the hidden folder of a folder, or makes it.
 *
 * @throws TransferError `disk` if something else is in its place; the system's error if the folder
 * cannot be written to
 */
export async function makeHiddenFolder(
  folder: HeldFolder,
  ownership: Ownership,
): Promise<HeldFolder> {
  const there = await openHiddenFolder(folder, ownership);
  if (there) return there;
  for (const name of hiddenNames()) {
    const made = await makeOwn(folder, name, ownership);
    if (made) return made;
  }
  const places = hiddenNames().map((name) => join(folder.path, name));
  throw new TransferError(
    'disk',
    `${places.join(' and ')} cannot be used, because others may write there: remove what is there, or download into another folder`,
  );
}

/** Removes a hidden folder if it is empty. */
export async function removeHiddenFolder(folder: HeldFolder, hidden: HeldFolder): Promise<void> {
  for (const name of hiddenNames())
    if (await folder.holds(name, hidden.status))
      await rmdir(folder.at(name)).catch(() => undefined);
}

/**
 * Makes a folder in a folder, or opens the existing one; `undefined` if it is not this user's alone.
 *
 * @throws the system's error if it cannot be made
 */
export async function makeOwn(
  folder: HeldFolder,
  name: string,
  ownership: Ownership,
): Promise<HeldFolder | undefined> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    await mkdir(folder.at(name), { mode: 0o700 }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    const found = await openIfOwn(folder, name, ownership);
    if (found) return found === 'foreign' ? undefined : found;
  }
  return undefined;
}

/** The codes of errors for a link, a file or something inaccessible in the place of a folder. */
const foreign: ReadonlySet<string | undefined> = new Set([
  ...['ENOTDIR', 'ELOOP', 'EMLINK', 'EACCES', 'EPERM'],
]);

/** Opens a folder in a folder; `undefined` if there is none, or it is not this user's alone. */
export async function openOwn(
  folder: HeldFolder,
  name: string,
  ownership: Ownership,
): Promise<HeldFolder | undefined> {
  const found = await openIfOwn(folder, name, ownership);
  return found === 'foreign' ? undefined : found;
}

/** Judges the folder that was opened, not what was there before. `undefined` if there is nothing. */
async function openIfOwn(
  folder: HeldFolder,
  name: string,
  ownership: Ownership,
): Promise<HeldFolder | 'foreign' | undefined> {
  let found: HeldFolder | undefined;
  try {
    found = await folder.openFolder(name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (foreign.has(code)) return 'foreign';
    throw error;
  }
  if (await ownership.isOwn(found.status, folder)) return found;
  await found.close();
  return 'foreign';
}
