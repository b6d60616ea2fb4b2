// Reads one folder: everything in it that is not hidden, and what of it can be served.
import { closeSync, constants, fstatSync, open as openFile, type Dirent } from 'node:fs';
import { opendir, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ListingBuilder } from '../names/listing-builder.ts';
import type { EntryKind, Listing } from '../names/listing.ts';
import { isInside, placeOfDescriptor } from './open-inside.ts';

/** The signature of {@link listFolder}, for which tests substitute their own. */
export type ListFolder = (root: string, folder: string) => Promise<Listing | undefined>;

/** From which size on a folder is read in batches, in bytes: 5,000 entries or more have that on most disks. */
const largeFolder = 128 * 1024;

/** How many entries of a large folder are read at a time: a million are never in memory as objects. */
const batchSize = 500;

/**
 * Reads one folder. Hidden entries are left out. A link to a regular file inside `root` is served by its
 * name. A folder that may not be read counts as empty; `undefined` if it is gone, or something else is in its
 * place, such as a link.
 *
 * @param root the path of the shared folder, all links resolved
 * @param folder the path of the folder relative to `root`, with `/`
 * @throws the system's error if the entries cannot be read just now, such as `EMFILE`
 */
export async function listFolder(root: string, folder: string): Promise<Listing | undefined> {
  const path = join(root, folder);
  try {
    return await readInPlace(path, async (reached, isLarge) => {
      const builder = new ListingBuilder();
      await readEntries(builder, root, path, reached, isLarge);
      const sorting = builder.sorting();
      while (!sorting.next().done) await setImmediate();
      return builder.finish();
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code ?? '')) return undefined;
    if (code === 'EACCES' || code === 'EPERM') return new ListingBuilder().finish(true);
    throw error;
  }
}

type Read<T> = (reached: string, isLarge: boolean) => Promise<T>;

const openFolder = promisify(openFile);

/** Linux reaches an open folder by its descriptor: nobody can put a link in its place while it is read. */
async function readInPlace<T>(path: string, read: Read<T>): Promise<T | undefined> {
  if (process.platform !== 'linux') return readBetween(path, read);
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const descriptor = await openFolder(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    const place = placeOfDescriptor(descriptor);
    if (place === undefined) return await readBetween(path, read);
    if (place !== path) return undefined;
    // An open folder is in memory, so synchronous calls do not block for long.
    return await read(`/proc/self/fd/${descriptor}`, fstatSync(descriptor).size > largeFolder);
  } finally {
    closeSync(descriptor);
  }
}

async function readBetween<T>(path: string, read: Read<T>): Promise<T | undefined> {
  const result = await read(path, (await stat(path)).size > largeFolder);
  return (await realpath(path)) === path ? result : undefined;
}

async function readEntries(
  builder: ListingBuilder,
  root: string,
  path: string,
  reached: string,
  isLarge: boolean,
): Promise<void> {
  const links: string[] = [];
  const doubtful = new Map<string, Dirent>();
  await readAll(reached, isLarge, (entry) => {
    if (entry.name.startsWith('.')) return;
    if (entry.name.includes(replacement)) doubtful.set(entry.name, entry);
    else if (entry.isSymbolicLink()) links.push(entry.name);
    else builder.add(entry.name, kindOf(entry));
  });
  if (doubtful.size > 0) {
    for (const name of await unnamable(reached)) {
      builder.add(name, 'unnamable');
      doubtful.delete(name);
    }
  }
  for (const [name, entry] of doubtful) {
    if (entry.isSymbolicLink()) links.push(name);
    else builder.add(name, kindOf(entry));
  }
  for (const name of links)
    builder.add(name, (await leadsToFile(root, join(path, name))) ? 'linkedFile' : 'link');
}

/** Reads a folder at once, which is fast, or in batches, which needs little memory. */
async function readAll(
  path: string,
  isLarge: boolean,
  take: (entry: Dirent) => void,
): Promise<void> {
  if (!isLarge) {
    for (const entry of await readdir(path, { withFileTypes: true })) take(entry);
    return;
  }
  const folder = await opendir(path, { bufferSize: batchSize });
  try {
    for (let read = 0; ; read += 1) {
      // The entries of a batch are in memory once the first of it is there.
      const entry = read % batchSize === 0 ? await folder.read() : folder.readSync();
      if (!entry) break;
      take(entry);
    }
  } finally {
    await folder.close();
  }
}

function kindOf(entry: Dirent): EntryKind {
  return entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'special';
}

/** What stands for bytes that are no UTF-8. It may be part of a name as well. */
const replacement = '\ufffd';

/** The names, as the system gives them, of entries whose names are no UTF-8. */
async function unnamable(path: string): Promise<ReadonlySet<string>> {
  const names = await readdir(path, { encoding: 'buffer' });
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
