// Gives a file its name in a folder without replacing another, whatever the disk refuses on the way.
import { link, lstat, open, type FileHandle } from 'node:fs/promises';
import { setChanged } from '../paths/file-time.ts';
import { readFlags } from '../paths/same-content.ts';
import { syncFile } from '../paths/sync-folder.ts';
import { rename, unlink } from '../leftovers/while-busy.ts';

/** How much is copied at a time, in bytes. */
const copyBytes = 1024 * 1024;

/** The abilities of a file system that some lack. Tests take them away. */
export interface NameCalls {
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
}

const systemCalls: NameCalls = { link, rename };

/** How a file is named. */
export interface Naming {
  /** A path in the folder of the new name, which nothing else uses. A copy may be made there. */
  readonly beside: string;
  readonly signal?: AbortSignal | undefined;
  /** @default those of the system */
  readonly calls?: NameCalls;
}

/**
 * Gives a file a name that no other file has: by a link; else by a rename over an empty file that
 * reserves the name; else by a copy beside the name that is linked or renamed; at last by a copy under
 * the name itself. No code of an error decides: disks refuse the same in many words. The file may keep
 * its first name as well.
 *
 * @returns false if the name is in use
 * @throws the system's error if nothing can be made in the folder, or a copy has no space; the reason of
 * an aborted `signal`
 */
export async function giveName(from: string, to: string, naming: Naming): Promise<boolean> {
  const { beside, calls = systemCalls } = naming;
  const moved = await move(from, to, calls);
  if (moved !== 'refused') return moved;
  try {
    await copyToNew(from, beside, naming.signal);
    const copied = await move(beside, to, calls);
    if (copied !== 'refused') return copied;
  } finally {
    await unlink(beside).catch(() => undefined);
  }
  return await copyToNew(from, to, naming.signal).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    },
  );
}

/**
 * Gives a file the name of another, which it replaces, also if the disk does not move files between
 * the two folders.
 *
 * @throws the system's error; the reason of an aborted `signal`
 */
export async function takeName(from: string, to: string, naming: Naming): Promise<void> {
  const { beside, calls = systemCalls } = naming;
  try {
    await calls.rename(from, to);
  } catch {
    try {
      await copyToNew(from, beside, naming.signal);
      await calls.rename(beside, to);
    } finally {
      await unlink(beside).catch(() => undefined);
    }
  }
}

/** @throws the system's error if nothing can be made in the folder */
async function move(from: string, to: string, calls: NameCalls): Promise<boolean | 'refused'> {
  try {
    await calls.link(from, to);
    return true;
  } catch (error) {
    // A network disk may have done it all the same, and asked itself twice.
    if (await isLinked(from, to)) return true;
    if (codeOf(error) === 'EEXIST') return false;
  }
  let reserved: FileHandle;
  try {
    reserved = await open(to, 'wx');
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  await reserved.close();
  try {
    await calls.rename(from, to);
    return true;
  } catch {
    if (await isEmptyFile(to)) await unlink(to).catch(() => undefined);
    return 'refused';
  }
}

/** Whether two paths are names of one file that has several. */
async function isLinked(from: string, to: string): Promise<boolean> {
  const [one, other] = await Promise.all(
    [from, to].map((path) => lstat(path, { bigint: true }).catch(() => undefined)),
  );
  if (!one?.isFile() || one.nlink < 2n || one.ino === 0n) return false;
  return one.dev === other?.dev && one.ino === other.ino;
}

async function isEmptyFile(path: string): Promise<boolean> {
  const status = await lstat(path).catch(() => undefined);
  return status?.isFile() === true && status.size === 0;
}

/** Copies a file to a name that nothing has. If that fails, nothing is left there. */
async function copyToNew(from: string, to: string, signal?: AbortSignal): Promise<void> {
  await using source = await open(from, readFlags);
  const copy = await open(to, 'wx');
  try {
    await copyInto(source, copy, signal);
    await copy.close();
  } catch (error) {
    await copy.close().catch(() => undefined);
    await unlink(to).catch(() => undefined);
    throw error;
  }
}

async function copyInto(
  source: FileHandle,
  copy: FileHandle,
  signal: AbortSignal | undefined,
): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(copyBytes);
  for (let position = 0; ;) {
    signal?.throwIfAborted();
    const { bytesRead } = await source.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) break;
    await copy.writeFile(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  await setChanged(copy, (await source.stat()).mtimeMs);
  await syncFile(copy);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
