// Hands files whose content has come to a thread, which verifies them and writes them under hidden names.
import { randomInt } from 'node:crypto';
import type { TreeFile } from '@peerlane/protocol';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { WriteRequest, Written } from '../hashing/write-work.ts';
import { ownIdentity } from '../leftovers/process-identity.ts';
import { unfinishedPrefix } from '../leftovers/unfinished-name.ts';
import { unlink } from '../leftovers/while-busy.ts';
import { fileTime } from './file-content.ts';
import { digestsOf, inColumns, placeOf } from './in-columns.ts';
import type { LocatedFile } from './in-folders.ts';
import type { TreeDisk } from './tree-disk.ts';

/** A small file whose content has come, all of it. */
export interface ReceivedFile {
  readonly entry: TreeFile;
  /** Its content in one or several parts; they stay in place until `place` resolves. */
  readonly content: readonly Uint8Array<SharedArrayBuffer>[];
}

export type Located = LocatedFile<ReceivedFile>;

/** A file that a thread was asked to write, and what became of it. */
export interface HiddenFile {
  readonly file: Located;
  hiddenName: string;
  written: Written;
}

/** How files are written. */
export interface WriteOptions {
  readonly disk: TreeDisk;
  readonly hasher: PieceHasher;
  /** Whether files are synced to disk before they get their names. */
  readonly sync: boolean;
}

/** As many hidden names as there may be of one process. */
const maxNames = 2 ** 24;
let lastName = randomInt(maxNames);

/**
 * Writes files, and gives them their names if they are not synced first. If the thread dies, nothing
 * hidden stays.
 *
 * @throws Error if the hasher is closed
 */
export async function writeFiles(
  files: readonly Located[],
  { disk, hasher, sync }: WriteOptions,
): Promise<readonly Omit<HiddenFile, 'file'>[]> {
  const prefix = unfinishedPrefix(ownIdentity());
  const hiddenNames = files.map(() => {
    lastName = (lastName + 1) % maxNames;
    return `${prefix}${lastName.toString(16).padStart(6, '0')}.part`;
  });
  const { hidden } = disk;
  const request: WriteRequest = {
    work: 'write',
    ...{ hidden: hidden.anchor, hiddenNames, isSynced: sync },
    ...inColumns(files),
    ...digestsOf(files),
    ...contentsOf(files),
    times: files.map(({ entry }) => fileTime(entry)),
    execs: files.map(({ entry }) => entry.exec === true),
  };
  const written = await removingAtDeath(hidden.anchor, hiddenNames, () =>
    hasher.workOnFiles<'write'>(request),
  );
  return written.map((each, index) => ({ hiddenName: hiddenNames[index]!, written: each }));
}

/**
 * Gives files their names that were written and synced. If the thread dies, nothing hidden stays.
 *
 * @throws Error if the hasher is closed
 */
export async function nameFiles(
  files: readonly HiddenFile[],
  { disk, hasher }: WriteOptions,
): Promise<readonly Written[]> {
  const hidden = disk.hidden.anchor;
  const hiddenNames = files.map(({ hiddenName }) => hiddenName);
  const located = files.map(({ file }) => file);
  return await removingAtDeath(hidden, hiddenNames, () =>
    hasher.workOnFiles<'name'>({ work: 'name', hidden, hiddenNames, ...inColumns(located) }),
  );
}

function contentsOf(files: readonly Located[]): {
  readonly memory: readonly SharedArrayBuffer[];
  readonly parts: readonly number[];
} {
  const places = new Map<SharedArrayBuffer, number>();
  const parts: number[] = [];
  for (const [index, { item }] of files.entries())
    for (const { buffer, byteOffset, byteLength } of item.content)
      parts.push(index, placeOf(places, buffer), byteOffset, byteLength);
  return { memory: [...places.keys()], parts };
}

async function removingAtDeath<T>(
  hidden: string,
  names: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    for (const name of names) await unlink(`${hidden}/${name}`).catch(() => undefined);
    throw error;
  }
}
