import type { Stats } from 'node:fs';
import { lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TransferError } from './transfer-error.ts';
import { rmdir } from './while-busy.ts';

/** The folder inside of a download folder that holds files until they are whole. */
export const hiddenFolder = '.peerlane';

/** The names in the hidden folder; none where it is not one to be trusted. */
export async function readHiddenFolder(folder: string): Promise<string[]> {
  const path = join(folder, hiddenFolder);
  const status = await lstat(path).catch(() => undefined);
  if (!status || !(await isTrusted(status, folder))) return [];
  return await readdir(path).catch(() => []);
}

/**
 * Makes the hidden folder, if there is none.
 *
 * @throws TransferError `disk` where something else is in its place; the system's error where the
 *   folder cannot be written to
 */
export async function makeHiddenFolder(folder: string): Promise<void> {
  const path = join(folder, hiddenFolder);
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const status = await lstat(path).catch(() => undefined);
    // Another process may have removed it just now.
    if (!status || (await isTrusted(status, folder))) return;
    throw new TransferError(
      'disk',
      `${path} is not a folder of yours: remove it, or download into another folder`,
    );
  }
}

/** Removes the hidden folder, if nothing is in it. */
export async function removeHiddenFolder(folder: string): Promise<void> {
  await rmdir(join(folder, hiddenFolder)).catch(() => undefined);
}

/**
 * Whether it is a folder that nobody else can write to. A link could lead anywhere; and in a folder
 * that many may write to, another user could change a file after it was verified.
 */
async function isTrusted(hidden: Stats, folder: string): Promise<boolean> {
  if (!hidden.isDirectory()) return false;
  const self = process.getuid?.();
  return self === undefined || hidden.uid === self || hidden.uid === (await stat(folder)).uid;
}
