// Reads a configuration file that lies in the working folder, where anybody may have put it.
import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { HeldFolder, sizeText, withPlainPaths } from '@peerlane/tcp-transfer';
import { ConfigError } from './config-error.ts';
import { distrustOf, distrustOfLink, type Owned } from './file-trust.ts';
import { readAtMost } from './read-at-most.ts';

/** The largest configuration file that is read, in bytes. */
const maxConfigBytes = 16_384;

// Opening a FIFO must not block. Windows has no such flag: it is `undefined` there, and counts as 0.
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * Reads a file in the working folder or in a folder there. Anybody may have put it there.
 *
 * @param path relative to the working folder
 * @returns its text; `undefined` if there is no file
 * @throws ConfigError if it cannot be read, or others may have written it
 */
export async function readFoundFile(cwd: string, path: string): Promise<string | undefined> {
  let handle: FileHandle | undefined;
  try {
    await using folder = await HeldFolder.open(cwd);
    await using inner = await openFolder(folder, dirname(path), path);
    const within = inner ?? folder;
    handle = await openFile(within, path);
    await within.verify();
    await check(handle, path, [folder, within]);
    return await read(handle, path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (!handle && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined;
    throw new ConfigError(`${path} cannot be read: ${withPlainPaths(message)}`);
  } finally {
    await handle?.close();
  }
}

/** Opens a folder in the working folder; `undefined` for the working folder itself. */
async function openFolder(
  folder: HeldFolder,
  name: string,
  path: string,
): Promise<HeldFolder | undefined> {
  if (name === '.') return undefined;
  const at = folder.at(name);
  return folder.openFolder(name).catch(async (error: unknown) => {
    await checkLink(at, path, error);
    return await HeldFolder.open(at);
  });
}

async function openFile(folder: HeldFolder, path: string): Promise<FileHandle> {
  const at = folder.at(basename(path));
  return open(at, openFlags | constants.O_NOFOLLOW).catch(async (error: unknown) => {
    await checkLink(at, path, error);
    return await open(at, openFlags);
  });
}

/** Judges a link before it is followed: it may lead to a device that does something when it is opened. */
async function checkLink(at: string, path: string, error: unknown): Promise<void> {
  const status = await lstat(at);
  if (!status.isSymbolicLink()) throw error;
  const uid = process.geteuid?.();
  if (uid !== undefined) refuse(path, distrustOfLink(status, uid));
}

/** Checks the file that was opened: another one may have its path by now. */
async function check(
  handle: FileHandle,
  path: string,
  folders: readonly HeldFolder[],
): Promise<void> {
  const file = await handle.stat({ bigint: true });
  if (!file.isFile())
    throw new ConfigError(
      `${path}: expected a file, got a ${file.isDirectory() ? 'folder' : 'device or pipe'}`,
    );
  const uid = process.geteuid?.();
  // Windows has neither such owners nor such modes.
  if (uid === undefined) return;
  const statuses = folders.map(({ status }) => status);
  statuses.push(await statusOfFolder(handle, folders.at(-1)!.at(basename(path))));
  const found = {
    file: { ...owned(file), nlink: Number(file.nlink) },
    folders: statuses.map(owned),
  };
  refuse(path, await distrustOf(found, uid));
}

function refuse(path: string, distrust: string | undefined): void {
  if (distrust === undefined) return;
  throw new ConfigError(`${path} ${distrust}: make it yours alone, or run p2p in another folder`);
}

/** The folder that an open file is in, whatever links led there. */
async function statusOfFolder(handle: FileHandle, at: string): Promise<BigIntStats> {
  const opened = `/proc/self/fd/${handle.fd}`;
  const place = await readlink(opened).catch(() => realpath(at));
  await using folder = await HeldFolder.open(dirname(place));
  if (await folder.holds(basename(place), await handle.stat({ bigint: true })))
    return folder.status;
  throw new Error('it was replaced meanwhile');
}

function owned({ uid, gid, mode }: BigIntStats): Owned {
  return { uid: Number(uid), gid: Number(gid), mode: Number(mode) };
}

async function read(handle: FileHandle, path: string): Promise<string> {
  const text = await readAtMost(handle, maxConfigBytes);
  if (text !== undefined) return text;
  throw new ConfigError(`${path}: expected a file of at most ${sizeText(maxConfigBytes)}`);
}
