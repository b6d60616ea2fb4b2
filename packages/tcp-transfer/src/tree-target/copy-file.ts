// Copies a file within a tree, and verifies the copy before it gets its name.
import { constants } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import type { TreeFile, TreePath } from '@peerlane/protocol';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import { ownIdentity } from '../leftovers/process-identity.ts';
import { unfinishedName } from '../leftovers/unfinished-name.ts';
import { unlink } from '../leftovers/while-busy.ts';
import { setChanged } from '../paths/file-time.ts';
import { readFlags } from '../paths/same-content.ts';
import { syncFile } from '../paths/sync-folder.ts';
import { hasContent } from './file-content.ts';
import { giveTreeName, type TreeNaming } from './give-tree-name.ts';
import type { FolderLease, TreeFolders } from './tree-folders.ts';
import type { Placement } from './give-tree-name.ts';

/** A copy may share its bytes with the file, where the disk can do that. */
const copyMode = constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE;

/** How files are copied within a tree. */
export interface CopyOptions extends TreeNaming {
  readonly folders: TreeFolders;
  readonly hasher: PieceHasher;
  /** Whether a file is synced to disk before it gets its name. */
  readonly sync: boolean;
}

/** A file that is open, and the path to it that no other file can take. */
interface Original extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes a file of a tree out of another one.
 *
 * @returns what became of it; `undefined` if the other one has not the content
 * @throws the system's error; the reason of an aborted signal
 */
export async function copyWithin(
  from: TreePath,
  entry: TreeFile,
  options: CopyOptions,
): Promise<Placement | undefined> {
  const { disk, folders } = options;
  await using original = await openOriginal(from, entry, folders);
  if (!original) return undefined;
  const hiddenName = unfinishedName(ownIdentity());
  const path = disk.hidden.at(hiddenName);
  let isNaming = false;
  try {
    await copyFile(original.path, path, copyMode);
    if (!(await complete(path, entry, options))) return undefined;
    const lease = await folders.hold(entry.path.slice(0, -1), true);
    try {
      isNaming = true;
      return await giveTreeName(hiddenName, { name: entry.path.at(-1)!, lease }, options);
    } finally {
      lease.release();
    }
  } finally {
    if (!isNaming) await unlink(path).catch(() => undefined);
  }
}

/** Opens the file that may have the content. */
async function openOriginal(
  from: TreePath,
  { size }: TreeFile,
  folders: TreeFolders,
): Promise<Original | undefined> {
  let lease: FolderLease | undefined;
  try {
    lease = await folders.hold(from.slice(0, -1), false);
    const path = lease.folder.at(from.at(-1)!);
    const handle = await open(path, readFlags);
    const status = await handle.stat();
    if (status.isFile() && status.size === size) {
      const isLinux = process.platform === 'linux';
      return {
        path: isLinux ? `/proc/self/fd/${handle.fd}` : path,
        [Symbol.asyncDispose]: () => handle.close(),
      };
    }
    await handle.close();
  } catch {
    // What is not there, or cannot be read, is fetched.
  } finally {
    lease?.release();
  }
  return undefined;
}

/** Verifies a copy, and gives it the properties of the entry. */
async function complete(path: string, entry: TreeFile, options: CopyOptions): Promise<boolean> {
  const { disk, hasher, sync, signal } = options;
  await using handle = await open(path, readFlags);
  const status = await handle.stat();
  if (!status.isFile() || status.size !== entry.size) return false;
  if (!(await hasContent(handle.fd, entry, hasher, signal))) return false;
  const { fullMode } = disk.habits;
  await handle.chmod(entry.exec ? fullMode : fullMode & 0o666).catch(() => undefined);
  await setChanged(handle, entry.mtime);
  if (sync) await syncFile(handle);
  return true;
}
