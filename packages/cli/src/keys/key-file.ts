// Reads and writes a key file: only its owner reads what is written here, and what others may have
// written is not believed.
import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import {
  link,
  lstat,
  mkdir,
  open,
  realpath,
  rename,
  stat,
  unlink,
  type FileHandle,
} from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Keyring, SealError } from '@peerlane/seal';
import { HeldFolder, sizeText, withPlainPaths } from '@peerlane/tcp-transfer';
import { shellWord } from '../text/shell-word.ts';
import { ConfigError } from '../files/config-error.ts';
import { distrustOf, distrustOfLink, isReadableByOthers, octal } from '../files/file-trust.ts';
import { readAtMost } from '../files/read-at-most.ts';

/** The largest key file that is read, in bytes: sixteen keys, and comments. */
const maxKeyFileBytes = 16_384;

// Opening a FIFO must not block. Windows has no such flag: it is `undefined` there, and counts as 0.
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK;

/** What a key file holds. */
export interface KeyFile {
  readonly keyring: Keyring;
  /** What the user should know of the file, such as that others can read it. */
  readonly warnings: readonly string[];
}

/**
 * Reads a key file.
 *
 * @param isNamed whether the user named this very file: then one that others may have written is a
 * warning, as a file that is mounted into a container often belongs to another user
 * @returns `undefined` if there is no file, or it is in a folder that this user may not enter
 * @throws ConfigError if it cannot be read, holds no key, or others may have written it
 */
export async function readKeyring(
  path: string,
  { isNamed = false }: { readonly isNamed?: boolean } = {},
): Promise<KeyFile | undefined> {
  const found = await lstat(path).catch((error: unknown) => {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(code)) return undefined;
    throw unreadable(path, error);
  });
  if (!found) return undefined;
  const uid = process.geteuid?.();
  const ofLink =
    uid !== undefined && found.isSymbolicLink() ? distrustOfLink(found, uid) : undefined;
  if (ofLink !== undefined) throw new ConfigError(`"${path}" ${ofLink}: name the file itself`);
  const handle = await open(path, openFlags).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const file = await handle.stat();
    if (!file.isFile())
      throw new ConfigError(
        `expected a file with a key, got a ${file.isDirectory() ? 'folder' : 'device or pipe'}: "${path}"`,
      );
    const warnings = uid === undefined ? [] : await doubtsAbout(path, file, uid, isNamed);
    return { keyring: await parse(handle, path), warnings };
  } finally {
    await handle.close();
  }
}

function unreadable(path: string, error: unknown): ConfigError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new ConfigError(`there is no file "${path}"`);
  if (['EACCES', 'EPERM'].includes(code))
    return new ConfigError(`you may not read the file "${path}"`);
  return new ConfigError(`the file "${path}" cannot be read: ${withPlainPaths(message)}`);
}

/** @throws ConfigError if others may have written a file that the user did not name */
async function doubtsAbout(
  path: string,
  file: Stats,
  uid: number,
  isNamed: boolean,
): Promise<string[]> {
  const places = new Set([dirname(path), dirname(await realpath(path))]);
  const folders = await Promise.all([...places].map((folder) => stat(folder)));
  const distrust = await distrustOf({ file, folders }, uid);
  if (distrust !== undefined && !isNamed)
    throw new ConfigError(`"${path}" ${distrust}: make it yours alone, or name it by --key-file`);
  const isReadable = await isReadableByOthers(file);
  return [
    ...(distrust === undefined ? [] : [`The key file "${path}" ${distrust}.`]),
    ...(isReadable
      ? [
          `Others can read the key file "${path}" (mode ${octal(file)}): chmod 600 ${shellWord(path)}`,
        ]
      : []),
  ];
}

async function parse(handle: FileHandle, path: string): Promise<Keyring> {
  const text = await readAtMost(handle, maxKeyFileBytes).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (text === undefined)
    throw new ConfigError(`"${path}": expected a file of at most ${sizeText(maxKeyFileBytes)}`);
  try {
    return Keyring.parse(text);
  } catch (error) {
    if (!SealError.is(error)) throw error;
    throw new ConfigError(`"${path}": ${error.message}`);
  }
}

/**
 * Writes a key file that only this user can read. It has its name when it is whole.
 *
 * @param replaces whether the file exists, and gets other keys
 * @throws ConfigError if it exists and is not to be replaced, or others may write to its folder; the
 * system's error if it cannot be written
 */
export async function saveKeyring(
  path: string,
  keyring: Keyring,
  { replaces = false }: { readonly replaces?: boolean } = {},
): Promise<void> {
  const target = replaces ? await realpath(path) : path;
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await using folder = await HeldFolder.open(dirname(target));
  await checkFolder(folder, target);
  const [name, temporary] = [basename(target), `.key-${randomBytes(8).toString('hex')}`];
  // The flag `x` follows no link.
  const handle = await open(folder.at(temporary), 'wx', 0o600);
  try {
    await handle.writeFile(keyring.reveal());
    await handle.sync();
    await handle.close();
    await folder.verify();
    if (replaces) await rename(folder.at(temporary), folder.at(name));
    else await giveNewName(folder, temporary, name, target);
  } finally {
    await handle.close();
    await unlink(folder.at(temporary)).catch(() => undefined);
  }
  await folder.sync();
}

/** A link never replaces a file. Where the disk has none, an empty file keeps the name free until then. */
async function giveNewName(
  folder: HeldFolder,
  temporary: string,
  name: string,
  path: string,
): Promise<void> {
  try {
    await link(folder.at(temporary), folder.at(name)).catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
      await (await open(folder.at(name), 'wx', 0o600)).close();
      await rename(folder.at(temporary), folder.at(name));
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new ConfigError(`"${path}" already exists`);
  }
}

async function checkFolder({ path, status }: HeldFolder, target: string): Promise<void> {
  const uid = process.geteuid?.();
  if (uid === undefined) return;
  const found = await lstat(path);
  const { gid, mode } = status;
  const folder = { uid: Number(status.uid), gid: Number(gid), mode: Number(mode) };
  // The file itself will be this user's.
  const file = { uid, gid: 0, mode: 0o600, nlink: 1 };
  const distrust =
    (found.isSymbolicLink() ? distrustOfLink(found, uid) : undefined) ??
    (await distrustOf({ file, folders: [folder] }, uid));
  if (distrust !== undefined)
    throw new ConfigError(`a key file "${target}" ${distrust}: choose a folder of yours alone`);
}
