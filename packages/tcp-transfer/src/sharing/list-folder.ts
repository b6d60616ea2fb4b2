// Reads one folder: the files in it that may be shared, and the folders to read next.
import { type Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Listing } from '../names/name-index.ts';
import { isInside } from './open-inside.ts';

/** The signature of {@link listFolder}, for which tests substitute their own. */
export type ListFolder = (root: string, folder: string) => Promise<Listing | undefined>;

/**
 * Reads one folder: its regular files, its links to regular files inside `root`, and its folders.
 * Hidden entries are left out. A folder that may not be read counts as empty; `undefined` if it is
 * gone.
 *
 * @param root the path of the shared folder, all links resolved
 * @param folder the path of the folder relative to `root`, with `/`
 * @throws the system's error if the entries cannot be read just now, such as `EMFILE`
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
  const odd = await unnamable(path, entries);
  const files: string[] = [];
  const folders: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.') || odd.has(entry.name)) continue;
    if (entry.isFile()) files.push(entry.name);
    else if (entry.isDirectory()) folders.push(entry.name);
    else if (entry.isSymbolicLink() && (await leadsToFile(root, join(path, entry.name))))
      files.push(entry.name);
  }
  return odd.size > 0 ? { files, folders, unnamable: odd.size } : { files, folders };
}

/** What stands for bytes that are no UTF-8. It may be part of a name as well. */
const replacement = '\ufffd';

/** The names, as the system gives them, of entries whose names are no UTF-8. */
async function unnamable(path: string, entries: readonly Dirent[]): Promise<ReadonlySet<string>> {
  if (!entries.some(({ name }) => name.includes(replacement))) return new Set();
  const names = await readdir(path, { encoding: 'buffer' }).catch(() => []);
  const odd = names.filter((bytes) => !Buffer.from(bytes.toString()).equals(bytes));
  return new Set(odd.map((bytes) => bytes.toString()).filter((name) => !name.startsWith('.')));
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
