import type { Stats } from 'node:fs';
import { link, lstat, open } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { cutText, maxFilenameBytes } from '@peerlane/protocol';
import type { HeldFolder } from '../paths/held-folder.ts';
import { verifyNamedWay } from '../paths/named-way.ts';
import { mayChange } from './ownership.ts';
import { sameContent } from './same-content.ts';
import { TransferError } from '../transfer-error.ts';
import { rename, unlink } from './while-busy.ts';

/** Where a download ended up. */
export interface SavedFile {
  readonly path: string;
  /** False where a file of that name with the same content was there before and was left alone. */
  readonly created: boolean;
}

/** What is done where another file has the name already: a further name is found, it goes, or stays. */
export type Existing = 'rename' | 'replace' | 'refuse';

/** How a finished file gets its place. */
export interface Placing {
  /** A name without a path. */
  readonly name: string;
  /** @default 'rename' */
  readonly existing?: Existing | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Which place a file got. */
export interface PlacedFile {
  readonly name: string;
  readonly created: boolean;
}

/**
 * Gives a finished file its place in a folder: as `name`, or where other content has that name and is
 * to stay as `name (1)`, `name (2)`, … before the extension. The file keeps its first name too where
 * it was linked or not needed.
 *
 * @throws TransferError `exists` if the name is taken and no other is to be found, `disk` if a file is to
 * be replaced and a link of another user leads to its folder; the system's error; the reason of an
 * aborted `signal`
 */
export async function placeFile(
  from: string,
  folder: HeldFolder,
  { name, existing = 'rename', signal }: Placing,
): Promise<PlacedFile> {
  if (existing === 'replace') {
    await replace(from, folder, name);
    return { name, created: true };
  }
  for (let number = 0; ;) {
    signal?.throwIfAborted();
    const numbered = numberedName(name, number);
    const path = folder.at(numbered);
    if (await giveNewName(from, path)) return { name: numbered, created: true };
    if (existing === 'refuse')
      throw new TransferError('exists', `${join(folder.path, name)} is there already`);
    const isTrusted = (status: Stats): boolean => !mayChange(status, folder);
    if (await sameContent(from, path, isTrusted, signal)) return { name: numbered, created: false };
    // A name that has become free meanwhile is not passed over.
    if (await isTaken(path)) number += 1;
  }
}

/** Only a file is replaced, or a link, and only in the folder that the user meant. */
async function replace(from: string, folder: HeldFolder, name: string): Promise<void> {
  await verifyNamedWay(folder);
  const path = folder.at(name);
  const there = await lstat(path).catch(() => undefined);
  if (there && !there.isFile() && !there.isSymbolicLink())
    throw new TransferError('exists', `${join(folder.path, name)} is no file that can be replaced`);
  await rename(from, path);
}

async function isTaken(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/** What is longer than this and behind a dot is cut where room is needed, in bytes. */
const longestExtension = 128;

/** The name for the n-th file of one name: `report.pdf`, `report (1).pdf`, … */
export function numberedName(name: string, number: number): string {
  if (number === 0) return name;
  const extension = extname(name);
  const suffix = ` (${number})${cutText(extension, longestExtension)}`;
  const stem = name.slice(0, name.length - extension.length);
  return cutText(stem, maxFilenameBytes - Buffer.byteLength(suffix)) + suffix;
}

/**
 * Gives a file a second name, or where the disk knows no links its only new one; never one that is
 * taken.
 *
 * @returns false where it is taken
 */
export async function giveNewName(
  from: string,
  to: string,
  makeLink: (from: string, to: string) => Promise<void> = link,
): Promise<boolean> {
  try {
    await makeLink(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!isLinkUnsupported(process.platform, code)) throw error;
    return await renameToNew(from, to);
  }
}

/** What says that a disk knows no links: exFAT, some network disks, the storage of telephones. */
export function isLinkUnsupported(platform: NodeJS.Platform, code: string | undefined): boolean {
  // Windows says "incorrect function", which becomes EISDIR.
  if (platform === 'win32' && (code === 'EISDIR' || code === 'UNKNOWN')) return true;
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES'].includes(code ?? '');
}

/** The name is taken by an empty file of ours, exclusively, which the rename then replaces. */
async function renameToNew(from: string, to: string): Promise<boolean> {
  try {
    await (await open(to, 'wx')).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (await isEmptyFile(to)) await unlink(to).catch(() => undefined);
    throw error;
  }
}

async function isEmptyFile(path: string): Promise<boolean> {
  const status = await lstat(path).catch(() => undefined);
  return status?.isFile() === true && status.size === 0;
}
