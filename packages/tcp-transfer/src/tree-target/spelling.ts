// Disks that take one name for another: a file may be there under another spelling.
import { lstat, readdir } from 'node:fs/promises';
import type { HeldFolder } from '../paths/held-folder.ts';

/**
 * Whether the disk of a folder takes capital letters for small ones.
 *
 * @param name that of an entry of the folder, with small letters
 */
export function foldsCase(folder: HeldFolder, name: string): Promise<boolean> {
  // Its number says nothing: a disk that a program mounts has a number for each spelling.
  return isMisspelt(folder, name.toUpperCase());
}

/** Whether something is found under a name in a folder that has no entry of just that name. */
export async function isMisspelt(folder: HeldFolder, name: string): Promise<boolean> {
  const found = await lstat(folder.at(name)).catch(() => undefined);
  if (!found) return false;
  const names = await readdir(folder.anchor);
  return !names.some((other) => other.normalize() === name.normalize());
}
