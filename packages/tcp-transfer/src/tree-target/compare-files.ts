// Compares files on the disk with those of a tree, and corrects time and mode of those that are the same.
import { open } from 'node:fs/promises';
import { checkTreePath, maxPackBytes, type TreeFile } from '@peerlane/protocol';
import type { Compared } from '../hashing/compare-work.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import { trustedOwners } from '../leftovers/ownership.ts';
import { setChanged } from '../paths/file-time.ts';
import { readFlags } from '../paths/same-content.ts';
import { numberedName } from '../storage/place-file.ts';
import { fileTime, hasContent } from './file-content.ts';
import { digestsOf, foldersOf, inColumns } from './in-columns.ts';
import { inFolders, type LocatedFile } from './in-folders.ts';
import type { TreeFolders } from './tree-folders.ts';

/** How a local file compares with an entry of a tree. */
export type Comparison =
  /** Its content is the same; its time and executable bit are those of the entry now. */
  | { readonly state: 'same' }
  | { readonly state: 'missing' }
  /** Something else has the name. */
  | { readonly state: 'other' };

/** How many files are compared in one hand-over to a thread, and how many bytes of them at most. */
const batch = { files: 64, bytes: maxPackBytes } as const;

/** The options of {@link compareFiles}. */
export interface CompareOptions {
  readonly folders: TreeFolders;
  readonly hasher: PieceHasher;
  /** Whether the disk may take one name for another. */
  readonly folds: boolean;
  /** The bits of a mode that let those execute a file who may do so by the umask. */
  readonly execBits: number;
  /** Whether a file of the wanted content may have a numbered name. */
  readonly isNumbered: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A file to compare, under one of the names that it may have. */
interface Candidate {
  readonly entry: TreeFile;
  readonly number: number;
}

/**
 * Compares files, all at once.
 *
 * @throws Error if the hasher is closed; the reason of an aborted signal
 */
export async function compareFiles(
  entries: readonly TreeFile[],
  options: CompareOptions,
): Promise<readonly Comparison[]> {
  for (const { path } of entries) checkTreePath(path);
  const results: Comparison[] = entries.map(() => ({ state: 'missing' }));
  let open = entries.map((entry, index) => ({ entry, index }));
  for (let number = 0; open.length > 0; number += 1) {
    const candidates = open.map(({ entry }) => ({ entry, number }));
    const found = await compareCandidates(candidates, options);
    const others: typeof open = [];
    for (const [at, state] of found.entries()) {
      const { entry, index } = open[at]!;
      if (state === 'same') results[index] = { state };
      else if (number === 0) results[index] = { state: state === 'missing' ? state : 'other' };
      if (state === 'other' && options.isNumbered) others.push({ entry, index });
    }
    open = others;
  }
  return results;
}

async function compareCandidates(
  candidates: readonly Candidate[],
  options: CompareOptions,
): Promise<readonly Compared[]> {
  return await inFolders(
    candidates,
    ({ entry }) => entry,
    { folders: options.folders, makes: false },
    (error) => ((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'misspelt'),
    async (files) => {
      const results: Compared[] = [];
      const work: Promise<void>[] = [];
      for (const [first, end] of batches(files)) {
        const some = files.slice(first, end);
        const isLarge = some.length === 1 && some[0]!.entry.size > batch.bytes;
        const compare = isLarge ? compareLarge : compareSmall;
        work.push(
          compare(some, options).then((found) => {
            for (const [at, state] of found.entries()) results[first + at] = state;
          }),
        );
      }
      for (const result of await Promise.allSettled(work))
        if (result.status === 'rejected') throw result.reason;
      return results;
    },
  );
}

/** Cuts a list where a hand-over is full. */
export function* batches(
  files: readonly { readonly entry: TreeFile }[],
): Generator<readonly [number, number], void> {
  let first = 0;
  let bytes = 0;
  for (const [index, { entry }] of files.entries()) {
    const isFull = index - first === batch.files || bytes + entry.size > batch.bytes;
    if (isFull && index > first) {
      yield [first, index];
      first = index;
      bytes = 0;
    }
    bytes += entry.size;
  }
  if (first < files.length) yield [first, files.length];
}

function compareSmall(
  files: readonly LocatedFile<Candidate>[],
  { hasher, folds, execBits, signal }: CompareOptions,
): Promise<readonly Compared[]> {
  signal?.throwIfAborted();
  return hasher.workOnFiles<'compare'>({
    work: 'compare',
    ...{ folds, execBits },
    ...inColumns(files),
    ...digestsOf(files),
    names: files.map(({ item: { number }, name }) => numberedName(name, number)),
    owners: foldersOf(files).map(trustedOwners),
    sizes: files.map(({ entry }) => entry.size),
    mtimes: files.map(({ entry }) => entry.mtime),
    times: files.map(({ entry }) => fileTime(entry)),
    execs: files.map(({ entry }) => entry.exec === true),
  });
}

async function compareLarge(
  [file]: readonly LocatedFile<Candidate>[],
  { hasher, execBits, signal }: CompareOptions,
): Promise<readonly Compared[]> {
  const { item, name, lease } = file!;
  const { entry, number } = item;
  const { folder } = lease;
  const path = folder.at(numberedName(name, number));
  const handle = await open(path, readFlags).catch((error: unknown) =>
    (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'other',
  );
  if (typeof handle === 'string') return [handle];
  try {
    const status = await handle.stat();
    const isFit = status.isFile() && status.size === entry.size;
    if (!isFit || trustedOwners(folder)?.includes(status.uid) === false) return ['other'];
    if (!(await hasContent(handle.fd, entry, hasher, signal))) return ['other'];
    if (Math.abs(status.mtimeMs - entry.mtime) >= 1) await setChanged(handle, entry.mtime);
    const isExec = (status.mode & 0o100) !== 0;
    const mode = status.mode & 0o777;
    if (isExec !== (entry.exec === true))
      await handle
        .chmod(isExec ? mode & ~0o111 : mode | ((mode >> 2) & execBits))
        .catch(() => undefined);
    return ['same'];
  } finally {
    await handle.close();
  }
}
