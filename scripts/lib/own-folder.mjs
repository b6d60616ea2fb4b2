// A folder for a program: nobody else may put another program there, nor a link in the place of one.
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/**
 * Makes a folder, or uses one of this user's that is there: nobody else may write to it from then on.
 *
 * @throws Error if something else is there
 */
export function makeOwnFolder(path) {
  mkdirSync(path, { recursive: true });
  const self = process.geteuid?.();
  // Windows has no user ids.
  if (self === undefined) return;
  let folder;
  try {
    folder = openSync(path, constants.O_DIRECTORY | constants.O_NOFOLLOW);
    const { uid, mode } = fstatSync(folder);
    if (uid !== self) throw new Error('it belongs to another user');
    fchmodSync(folder, mode & 0o7755);
  } catch (cause) {
    throw new Error(`${path} is no folder of yours: remove it first, then try again`, { cause });
  } finally {
    if (folder !== undefined) closeSync(folder);
  }
}

/** Copies a file into a folder. It replaces a file or a link of that name: no link is followed. */
export function copyInto(folder, name, from) {
  const temporary = join(folder, `${name}-${randomUUID()}`);
  copyFileSync(from, temporary);
  renameSync(temporary, join(folder, name));
}

/** Removes a file, if it is there. */
export function removeFile(path) {
  try {
    unlinkSync(path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
