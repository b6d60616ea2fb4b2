// Compares files on the disk with those of a tree, and corrects time and mode of those that are the same.
import { open } from 'node:fs/promises';
import type { TreeFile } from '@peerlane/protocol';
import { allFinished } from '../async.ts';
import { compared } from '../hashing/compare-work.ts';
import { joined } from '../hashing/files-in-folders.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import { trustedOwners } from '../leftovers/ownership.ts';
import { setChanged } from '../paths/file-time.ts';
import { readFlags } from '../paths/same-content.ts';
import { numberedName } from '../storage/place-file.ts';
import { hasContent } from './file-content.ts';
import { handOvers, mostBytes } from '../hashing/hand-overs.ts';
import { factsOf, foldersOf, inColumns } from './in-columns.ts';
import { checkPaths, inFolders, type LocatedFile } from './in-folders.ts';
import type { TreeFolders } from './tree-folders.ts';

/** How a local file compares with an entry of a tree. */
export type Comparison =
  /** Its content is the same; its time and executable bit are those of the entry now. */
  | { readonly state: 'same' }
  | { readonly state: 'missing' }
  /** Something else has the name. */
  | { readonly state: 'other' };

const same: Comparison = { state: 'same' };
const missing: Comparison = { state: 'missing' };
const other: Comparison = { state: 'other' };

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
  checkPaths(entries, (entry) => entry);
  const results = entries.map(() => missing);
  let open = entries.map((entry, index) => ({ entry, index }));
  for (let number = 0; open.length > 0; number += 1) {
    const candidates = open.map(({ entry }) => ({ entry, number }));
    const found = await compareCandidates(candidates, options);
    const others: typeof open = [];
    for (const [at, state] of found.entries()) {
      const { entry, index } = open[at]!;
      if (state === compared.same) results[index] = same;
      else if (number === 0 && state !== compared.missing) results[index] = other;
      if (state === compared.other && options.isNumbered) others.push({ entry, index });
    }
    open = others;
  }
  return results;
}

async function compareCandidates(
  candidates: readonly Candidate[],
  options: CompareOptions,
): Promise<readonly number[]> {
  return await inFolders(
    candidates,
    ({ entry }) => entry,
    { folders: options.folders, makes: false },
    (error) => {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      return isMissing ? compared.missing : compared.misspelt;
    },
    async (files) => {
      const results: number[] = [];
      const work: Promise<void>[] = [];
      for (const [first, end] of handOvers(files, options.hasher.threads)) {
        const some = files.slice(first, end);
        const isLarge = some.length === 1 && some[0]!.entry.size > mostBytes;
        const compare = isLarge ? compareLarge : compareSmall;
        work.push(
          compare(some, options).then((found) => {
            for (const [at, state] of found.entries()) results[first + at] = state;
          }),
        );
      }
      await allFinished(work);
      return results;
    },
  );
}

function compareSmall(
  files: readonly LocatedFile<Candidate>[],
  { hasher, folds, execBits, signal }: CompareOptions,
): Promise<Uint8Array> {
  signal?.throwIfAborted();
  return hasher.workOnFiles<'compare'>({
    work: 'compare',
    ...{ folds, execBits },
    ...inColumns(files),
    ...factsOf(files),
    names: joined(files.map(({ item: { number }, name }) => numberedName(name, number))),
    owners: foldersOf(files).map(trustedOwners),
    sizes: Float64Array.from(files, ({ entry }) => entry.size),
  });
}

async function compareLarge(
  [file]: readonly LocatedFile<Candidate>[],
  { hasher, execBits, signal }: CompareOptions,
): Promise<readonly number[]> {
  const { item, name, lease } = file!;
  const { entry, number } = item;
  const { folder } = lease;
  const path = folder.at(numberedName(name, number));
  const handle = await open(path, readFlags).catch((error: unknown) =>
    (error as NodeJS.ErrnoException).code === 'ENOENT' ? compared.missing : compared.other,
  );
  if (typeof handle === 'number') return [handle];
  try {
    const status = await handle.stat();
    const isFit = status.isFile() && status.size === entry.size;
    if (!isFit || trustedOwners(folder)?.includes(status.uid) === false) return [compared.other];
    if (!(await hasContent(handle.fd, entry, hasher, signal))) return [compared.other];
    if (Math.abs(status.mtimeMs - entry.mtime) >= 1) await setChanged(handle, entry.mtime);
    const isExec = (status.mode & 0o100) !== 0;
    const mode = status.mode & 0o777;
    if (isExec !== (entry.exec === true))
      await handle
        .chmod(isExec ? mode & ~0o111 : mode | ((mode >> 2) & execBits))
        .catch(() => undefined);
    return [compared.same];
  } finally {
    await handle.close();
  }
}
