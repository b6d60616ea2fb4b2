// Gives a finished download its name, without replacing other files unless asked to.
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

/** A download that was saved. */
export interface SavedFile {
  readonly path: string;
  /** False if a file of the same name and content existed and was kept. */
  readonly created: boolean;
}

/**
 * The treatment of another file of the same name: the download gets a numbered name, replaces it, or
 * fails.
 */
export type Existing = 'rename' | 'replace' | 'refuse';

/** How a finished file is placed. */
export interface Placing {
  /** A name without a path. */
  readonly name: string;
  /** @default 'rename' */
  readonly existing?: Existing | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A file that was placed. */
export interface PlacedFile {
  readonly name: string;
  readonly created: boolean;
}

/**
 * Places a finished file in a folder: as `name`, or, if a file of other content has that name and is to
 * stay, as `name (1)`, `name (2)`, … before the extension. The file may keep its first name as well.
 *
 * @throws TransferError `exists` if the name is in use and no other may be used, `disk` if a file is to
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
    if (await linkOrRename(from, path)) return { name: numbered, created: true };
    if (existing === 'refuse')
      throw new TransferError('exists', `${join(folder.path, name)} already exists`);
    const isTrusted = (status: Stats): boolean => !mayChange(status, folder);
    if (await sameContent(from, path, isTrusted, signal)) return { name: numbered, created: false };
    // A name that has become free meanwhile is tried again.
    if (await exists(path)) number += 1;
  }
}

/** Replaces a file or a link, and nothing else, and only in the folder that the user meant. */
async function replace(from: string, folder: HeldFolder, name: string): Promise<void> {
  await verifyNamedWay(folder);
  const path = folder.at(name);
  const there = await lstat(path).catch(() => undefined);
  if (there && !there.isFile() && !there.isSymbolicLink())
    throw new TransferError(
      'exists',
      `${join(folder.path, name)} is not a regular file, and cannot be replaced`,
    );
  await rename(from, path);
}

/** Whether something is at a path, or may be. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/** A longer extension, in bytes, is cut to make space for a number. */
const longestExtension = 128;

/** The name of the n-th file of one name: `report.pdf`, `report (1).pdf`, … */
export function numberedName(name: string, number: number): string {
  if (number === 0) return name;
  const extension = extname(name);
  const suffix = ` (${number})${cutText(extension, longestExtension)}`;
  const stem = name.slice(0, name.length - extension.length);
  return cutText(stem, maxFilenameBytes - Buffer.byteLength(suffix)) + suffix;
}

/**
 * Links a file to a new name, or renames it if the disk has no links. It replaces no other file.
 *
 * @returns false if the name is in use
 */
export async function linkOrRename(
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

/** Whether an error means that a disk has no links: exFAT, some network disks, storage of telephones. */
export function isLinkUnsupported(platform: NodeJS.Platform, code: string | undefined): boolean {
  // Windows reports "incorrect function", which Node makes EISDIR.
  if (platform === 'win32' && (code === 'EISDIR' || code === 'UNKNOWN')) return true;
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES'].includes(code ?? '');
}

/** Reserves the name with an empty file, exclusively, which the rename then replaces. */
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
