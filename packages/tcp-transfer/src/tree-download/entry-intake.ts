// Takes the entries of a tree as they are listed: makes folders, compares files, and has the rest fetched.
import { maxPackBytes, type TreeFile, type TreePath } from '@peerlane/protocol';
import { TransferError } from '../transfer-error.ts';
import type { TreeTarget } from '../tree-target/tree-target.ts';
import type { CheckedEntry } from '../trees/tree-check.ts';
import type { TreeDownloadOptions } from './tree-options.ts';
import type { TreeTally } from './tree-tally.ts';

/** What is done with the entries of a tree. */
export interface IntakeOptions {
  readonly existing: TreeDownloadOptions['existing'];
  readonly target: Pick<TreeTarget, 'makeFolder' | 'compare' | 'mayCopy' | 'copy'>;
  readonly tally: TreeTally;
  /** Whether there was nothing in the folder when it was begun: what appears there later is never replaced. */
  readonly isFresh: boolean;
  /** Has small files fetched. */
  readonly fetchSmall: (files: readonly TreeFile[]) => void;
  /** Has a large file fetched. */
  readonly fetchLarge: (file: TreeFile) => void;
  /** Waits while very many files are to be fetched. */
  readonly room: () => Promise<void>;
}

/** How many files are compared at a time. */
const batch = 512;

/** The entries of a tree, one list after the other. */
export class EntryIntake {
  readonly #options: IntakeOptions;
  /** The folder that could not be made last: what is in it comes directly after it. */
  #unmade: TreePath | undefined;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /**
   * Deals with the next entries.
   *
   * @throws what ends the whole download
   */
  async take(entries: readonly CheckedEntry[]): Promise<void> {
    const { tally } = this.#options;
    let files: TreeFile[] = [];
    tally.listed(entries.filter((entry) => entry.kind === 'file'));
    for (const entry of entries) {
      if (entry.kind === 'file') {
        if (!this.#isUnmade(entry.path)) files.push(entry);
      } else if (entry.kind === 'folder') {
        if (!this.#isUnmade(entry.path)) await this.#makeFolder(entry.path);
      } else {
        tally.problem(entry);
      }
      if (files.length < batch) continue;
      await this.#compare(files);
      files = [];
    }
    if (files.length > 0) await this.#compare(files);
  }

  #isUnmade(path: TreePath): boolean {
    return this.#unmade?.every((name, index) => name === path[index]) ?? false;
  }

  async #makeFolder(path: TreePath): Promise<void> {
    const { target, tally } = this.#options;
    try {
      await target.makeFolder(path);
      tally.folder();
    } catch (error) {
      if (!TransferError.is(error) || (error.code !== 'exists' && error.code !== 'disk'))
        throw error;
      this.#unmade = path;
      tally.problem({ path, kind: error.code, reason: error.message });
    }
  }

  async #compare(files: readonly TreeFile[]): Promise<void> {
    const { existing, target, tally, isFresh, fetchSmall, fetchLarge, room } = this.#options;
    const small: TreeFile[] = [];
    const compared = isFresh ? undefined : await target.compare(files);
    for (const [index, file] of files.entries()) {
      const state = compared?.[index]?.state ?? 'missing';
      if (state === 'other' && existing !== 'refuse') tally.other();
      if (state === 'same') {
        tally.done(file, false);
      } else if (state === 'other' && (existing === 'skip' || existing === 'refuse')) {
        if (existing === 'refuse') tally.problem(taken(file));
      } else if (target.mayCopy(file) && (await target.copy(file))) {
        tally.done(file, false);
      } else if (file.size <= maxPackBytes) {
        small.push(file);
      } else {
        fetchLarge(file);
      }
    }
    if (small.length > 0) fetchSmall(small);
    await room();
  }
}

/** What is told of a file whose name is taken. */
export function taken({ path }: TreeFile): {
  readonly path: TreePath;
  readonly kind: 'exists';
  readonly reason: string;
} {
  return { path, kind: 'exists', reason: 'something else has its name' };
}
