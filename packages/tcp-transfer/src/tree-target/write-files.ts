// Hands files whose content has come to a thread, which verifies them and writes them under hidden names.
import { randomInt } from 'node:crypto';
import type { TreeFile } from '@peerlane/protocol';
import { joined } from '../hashing/files-in-folders.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import { asError } from '../hashing/system-failure.ts';
import { writtenStates, type WriteRequest } from '../hashing/write-work.ts';
import { ownIdentity } from '../leftovers/process-identity.ts';
import { unfinishedPrefix } from '../leftovers/unfinished-name.ts';
import { unlink } from '../leftovers/while-busy.ts';
import { factsOf, inColumns, placeOf } from './in-columns.ts';
import type { LocatedFile } from './in-folders.ts';
import type { TreeDisk } from './tree-disk.ts';

/** A small file whose content has come, all of it. */
export interface ReceivedFile {
  readonly entry: TreeFile;
  /** Its content in one or several parts; they stay in place until `place` resolves. */
  readonly content: readonly Uint8Array<SharedArrayBuffer>[];
}

export type Located = LocatedFile<ReceivedFile>;

/** What became of a file that a thread was asked to write. */
export type Written =
  | { readonly state: 'placed' | 'wrong' }
  /** It has a hidden name. Its own may be taken, or refused. */
  | { readonly state: 'unnamed'; readonly hiddenName: string }
  | { readonly state: 'failed'; readonly error: Error };

const placed: Written = { state: 'placed' };
const wrong: Written = { state: 'wrong' };

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
): Promise<Written[]> {
  const prefix = unfinishedPrefix(ownIdentity());
  const hiddenNames = files.map(() => {
    lastName = (lastName + 1) % maxNames;
    return `${prefix}${lastName.toString(16).padStart(6, '0')}.part`;
  });
  const { hidden } = disk;
  const request: WriteRequest = {
    work: 'write',
    ...{ hidden: hidden.anchor, hiddenNames: joined(hiddenNames), isSynced: sync },
    ...inColumns(files),
    ...factsOf(files),
    ...contentsOf(files),
  };
  const { states, failures } = await removingAtDeath(hidden.anchor, hiddenNames, () =>
    hasher.workOnFiles<'write'>(request),
  );
  return Array.from(states, (state, index) => {
    const failure = failures.get(index);
    if (failure) return { state: 'failed', error: asError(failure) };
    if (state === writtenStates.wrong) return wrong;
    return writtenOf(state, hiddenNames[index]!);
  });
}

/**
 * Gives files their names that were written and synced. If the thread dies, nothing hidden stays.
 *
 * @throws Error if the hasher is closed
 */
export async function nameFiles(
  files: readonly Located[],
  hiddenNames: readonly string[],
  { disk, hasher }: WriteOptions,
): Promise<readonly Written[]> {
  if (files.length === 0) return [];
  const hidden = disk.hidden.anchor;
  const columns = { hidden, hiddenNames: joined(hiddenNames), ...inColumns(files) };
  const states = await removingAtDeath(hidden, hiddenNames, () =>
    hasher.workOnFiles<'name'>({ work: 'name', ...columns }),
  );
  return Array.from(states, (state, index) => writtenOf(state, hiddenNames[index]!));
}

function writtenOf(state: number, hiddenName: string): Written {
  return state === writtenStates.placed ? placed : { state: 'unnamed', hiddenName };
}

function contentsOf(files: readonly Located[]): Pick<WriteRequest, 'memory' | 'parts'> {
  const places = new Map<SharedArrayBuffer, number>();
  const parts: number[] = [];
  for (const [index, { item }] of files.entries())
    for (const { buffer, byteOffset, byteLength } of item.content)
      parts.push(index, placeOf(places, buffer), byteOffset, byteLength);
  return { memory: [...places.keys()], parts: Uint32Array.from(parts) };
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
