// Reads a configuration file that lies in the working folder, where anybody may have put it.
import { constants } from 'node:fs';
import { lstat, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from './config-error.ts';
import { distrustOf, type Owned } from './file-trust.ts';

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
    handle = await open(join(cwd, path), openFlags);
    await check(handle, cwd, path);
    return await read(handle, path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (!handle && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined;
    throw new ConfigError(`${path} cannot be read: ${message}`);
  } finally {
    await handle?.close();
  }
}

/** Checks the file that was opened: another one may have its path by now. */
async function check(handle: FileHandle, cwd: string, path: string): Promise<void> {
  const file = await handle.stat();
  if (!file.isFile())
    throw new ConfigError(
      `${path}: expected a file, got a ${file.isDirectory() ? 'folder' : 'device or pipe'}`,
    );
  const uid = process.geteuid?.();
  // Windows has neither such owners nor such modes.
  if (uid !== undefined) {
    const place = join(cwd, path);
    const folders = [cwd, dirname(place), dirname(await realpath(place))];
    const distrust = await distrustOf(
      {
        file,
        links: await linksAmong([dirname(place), place], cwd),
        folders: await Promise.all(folders.map((folder) => stat(folder))),
      },
      uid,
    );
    if (distrust !== undefined)
      throw new ConfigError(
        `${path} ${distrust}: make it yours alone, or run p2p in another folder`,
      );
  }
}

async function linksAmong(places: readonly string[], cwd: string): Promise<Owned[]> {
  // The user has chosen the working folder, and any link to it.
  const chosen = places.filter((place) => place !== cwd);
  const found = await Promise.all(chosen.map((place) => lstat(place)));
  return found.filter((each) => each.isSymbolicLink());
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
