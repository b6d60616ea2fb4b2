// Opens unfinished files in a hidden folder: new ones, and those that earlier downloads left.
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { HeldFolder } from '../paths/held-folder.ts';
import { rename, unlink } from './while-busy.ts';

// A FIFO must not block. Windows lacks the last two flags, which are undefined there and count as 0.
const claimFlags = constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** An unfinished file, open for reading and writing. */
export interface Unfinished {
  readonly handle: FileHandle;
  /** The folder that it is in, and its name there. */
  readonly hidden: HeldFolder;
  readonly name: string;
  /** The name under which it was found, if it was left before. */
  readonly found?: string;
}

/** Creates a file in a hidden folder; `undefined` if the folder was removed meanwhile. */
export async function createIn(hidden: HeldFolder, name: string): Promise<Unfinished | undefined> {
  if (!(await hidden.isInPlace())) return undefined;
  const handle = await open(hidden.at(name), 'wx+').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
  if (!handle) return undefined;
  const status = await handle.stat({ bigint: true });
  // On Windows a file may have another number by its handle than by its name.
  const isThere = process.platform === 'win32' || (await hidden.holds(name, status));
  if (isThere && (await hidden.isInPlace())) return { handle, hidden, name };
  await handle.close();
  // The name is random, so this removes no other file, wherever it was created.
  await unlink(hidden.at(name)).catch(() => undefined);
  return undefined;
}

/** Claims an unfinished file; `undefined` if it is not a file, or not this user's. */
export async function claim(
  hidden: HeldFolder,
  left: string,
  name: string,
): Promise<Unfinished | undefined> {
  // Of all processes that try, one succeeds: for the others the old name is gone.
  await rename(hidden.at(left), hidden.at(name));
  const handle = await open(hidden.at(name), claimFlags);
  const status = await handle.stat({ bigint: true });
  // A file with a second name has been placed, and belongs to the user.
  const isOwn = status.isFile() && status.nlink === 1n && status.uid === hidden.status.uid;
  if (isOwn && (await hidden.isInPlace())) return { handle, hidden, name, found: left };
  await handle.close();
  return undefined;
}
