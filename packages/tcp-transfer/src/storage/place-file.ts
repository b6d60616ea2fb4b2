// Gives a finished download its name, without replacing other files unless asked to.
import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { cutText, maxFilenameBytes } from '@peerlane/protocol';
import type { HeldFolder } from '../paths/held-folder.ts';
import { verifyNamedWay } from '../paths/named-way.ts';
import { giveName, takeName, type NameCalls, type Naming } from './give-name.ts';
import { mayChange } from '../leftovers/ownership.ts';
import { ownIdentity } from '../leftovers/process-identity.ts';
import { sameContent } from '../paths/same-content.ts';
import { TransferError } from '../transfer-error.ts';
import { nameOfCopy } from '../leftovers/unfinished-name.ts';

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
  /** @default those of the system */
  readonly calls?: NameCalls;
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
  { name, existing = 'rename', signal, calls }: Placing,
): Promise<PlacedFile> {
  const beside = folder.at(nameOfCopy(ownIdentity()));
  const naming = { beside, signal, ...(calls && { calls }) };
  if (existing === 'replace') {
    await replace(from, folder, name, naming);
    return { name, created: true };
  }
  for (let number = 0; ;) {
    signal?.throwIfAborted();
    const numbered = numberedName(name, number);
    const path = folder.at(numbered);
    if (await giveName(from, path, naming)) return { name: numbered, created: true };
    if (existing === 'refuse')
      throw new TransferError('exists', `${join(folder.path, name)} already exists`);
    const isTrusted = (status: Stats): boolean => !mayChange(status, folder);
    if (await sameContent(from, path, isTrusted, signal)) return { name: numbered, created: false };
    // A name that has become free meanwhile is tried again.
    if (await exists(path)) number += 1;
  }
}

/** Replaces a file or a link, and nothing else, and only in the folder that the user meant. */
async function replace(
  from: string,
  folder: HeldFolder,
  name: string,
  naming: Naming,
): Promise<void> {
  await verifyNamedWay(folder);
  const path = folder.at(name);
  const there = await lstat(path).catch(() => undefined);
  if (there && !there.isFile() && !there.isSymbolicLink())
    throw new TransferError(
      'exists',
      `${join(folder.path, name)} is not a regular file, and cannot be replaced`,
    );
  await takeName(from, path, naming);
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

/** Every disk in use takes names of this many bytes; some that encrypt names take no longer ones. */
const shortestLimit = 143;

/** A longer extension, in bytes, is cut to make space for a number. */
const longestExtension = 128;

/**
 * The name of the n-th file of one name: `report.pdf`, `report (1).pdf`, … It is cut so that a disk that
 * takes the first one takes it, too.
 */
export function numberedName(name: string, number: number): string {
  if (number === 0) return name;
  const extension = extname(name);
  const suffix = ` (${number})${cutText(extension, longestExtension)}`;
  const stem = name.slice(0, name.length - extension.length);
  const most = Math.min(maxFilenameBytes, Math.max(shortestLimit, Buffer.byteLength(name)));
  return cutText(stem, most - Buffer.byteLength(suffix)) + suffix;
}
