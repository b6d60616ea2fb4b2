import { type Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Listing } from './name-index.ts';
import { isInside } from './open-inside.ts';

/** Reads a folder, as {@link listFolder} does. Tests put something else in its place. */
export type ListFolder = (root: string, folder: string) => Promise<Listing | undefined>;

/**
 * Reads what one folder holds that may be shared: nothing hidden, regular files, links to regular
 * files inside of `root`, folders. One that may not be read holds nothing; `undefined` where it is gone.
 *
 * @param root the shared folder, all links resolved
 * @param folder a path below it, relative, with `/`
 * @throws the system's error where it cannot be known what it holds, such as `EMFILE`
 */
export async function listFolder(root: string, folder: string): Promise<Listing | undefined> {
  const path = join(root, folder);
  let entries: Dirent[];
  try {
    entries = await readdir(path, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'EACCES' || code === 'EPERM') return { files: [], folders: [] };
    throw error;
  }
  const files: string[] = [];
  const folders: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isFile()) files.push(entry.name);
    else if (entry.isDirectory()) folders.push(entry.name);
    else if (entry.isSymbolicLink() && (await leadsToFile(root, join(path, entry.name))))
      files.push(entry.name);
  }
  return { files, folders };
}

async function leadsToFile(root: string, link: string): Promise<boolean> {
  try {
    const target = await realpath(link);
    return isInside(root, target) && (await stat(target)).isFile();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EMFILE' || code === 'ENFILE') throw error;
    return false;
  }
}
