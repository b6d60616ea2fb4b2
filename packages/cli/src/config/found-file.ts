import { constants, type BigIntStats, type Stats } from 'node:fs';
import { lstat, open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { HeldFolder, withPlainPaths } from '@peerlane/tcp-transfer';
import { ConfigError } from './config-error.ts';
import { distrustOf, type Owned } from './file-trust.ts';

/** The largest configuration file that is read, in bytes. */
const maxConfigBytes = 16_384;

// A FIFO must not be waited for. Windows lacks the last one, and leaves it out of the result.
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * Reads a file that lies in the working folder, or in a folder there, and may have been put there by
 * anybody.
 *
 * @param path relative to the working folder
 * @returns its text; `undefined` where there is none
 * @throws ConfigError where it cannot be read, or others may have written it
 */
export async function readFoundFile(cwd: string, path: string): Promise<string | undefined> {
  const links: Stats[] = [];
  let handle: FileHandle | undefined;
  try {
    await using folder = await HeldFolder.open(cwd);
    await using inner = await openFolder(folder, dirname(path), links);
    const within = inner ?? folder;
    handle = await openFile(within, basename(path), links);
    await within.verify();
    await check(handle, path, { links, folders: [folder, within] });
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

/** Opens a folder in a folder; `undefined` for itself. */
async function openFolder(
  folder: HeldFolder,
  name: string,
  links: Stats[],
): Promise<HeldFolder | undefined> {
  if (name === '.') return undefined;
  const at = folder.at(name);
  return folder.openFolder(name).catch(async (error: unknown) => {
    await followLink(at, links, error);
    return await HeldFolder.open(at);
  });
}

async function openFile(folder: HeldFolder, name: string, links: Stats[]): Promise<FileHandle> {
  const at = folder.at(name);
  return open(at, openFlags | constants.O_NOFOLLOW).catch(async (error: unknown) => {
    await followLink(at, links, error);
    return await open(at, openFlags);
  });
}

/** Notes the link that was not followed; any other error is thrown again. */
async function followLink(at: string, links: Stats[], error: unknown): Promise<void> {
  const status = await lstat(at);
  if (!status.isSymbolicLink()) throw error;
  links.push(status);
}

/** How a file was come by: through which links, and in which open folders. */
interface Way {
  readonly links: readonly Stats[];
  readonly folders: readonly HeldFolder[];
}

/** Judges what was opened, so that nothing can be put in its place in between. */
async function check(handle: FileHandle, path: string, { links, folders }: Way): Promise<void> {
  const file = await handle.stat({ bigint: true });
  if (!file.isFile())
    throw new ConfigError(
      `${path}: expected a file, got a ${file.isDirectory() ? 'folder' : 'device or pipe'}`,
    );
  const uid = process.geteuid?.();
  // Windows knows neither such owners nor such modes.
  if (uid === undefined) return;
  const statuses = folders.map(({ status }) => status);
  if (links.length > 0)
    statuses.push(await statusOfFolder(handle, folders.at(-1)!.at(basename(path))));
  const distrust = await distrustOf(
    { file: { ...owned(file), nlink: Number(file.nlink) }, links, folders: statuses.map(owned) },
    uid,
  );
  if (distrust === undefined) return;
  throw new ConfigError(`${path} ${distrust}: make it yours alone, or run p2p in another folder`);
}

/** The folder that a file is in which was opened through a link. */
async function statusOfFolder(handle: FileHandle, at: string): Promise<BigIntStats> {
  const opened = `/proc/self/fd/${handle.fd}`;
  const place = await readlink(opened).catch(() => realpath(at));
  await using folder = await HeldFolder.open(dirname(place));
  if (await folder.holds(basename(place), await handle.stat({ bigint: true })))
    return folder.status;
  throw new Error('it is another file by now');
}

function owned({ uid, gid, mode }: BigIntStats): Owned {
  return { uid: Number(uid), gid: Number(gid), mode: Number(mode) };
}

async function read(handle: FileHandle, path: string): Promise<string> {
  const bytes = Buffer.alloc(maxConfigBytes + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length);
    length += bytesRead;
    if (length > maxConfigBytes)
      throw new ConfigError(`${path}: expected a file of at most ${maxConfigBytes} bytes`);
    if (bytesRead === 0) return bytes.toString('utf8', 0, length);
  }
}
