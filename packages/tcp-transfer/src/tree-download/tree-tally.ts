// Counts how far the download of a folder is, and tells each problem once.
import { hash } from 'node:crypto';
import type { TreeFile, TreePath } from '@peerlane/protocol';
import type { TreeDownload, TreeProblem, TreeProgress } from './tree-options.ts';

/** At most this many problems are remembered: with more, one may be told again. */
const maxTold = 10_000;

/** Who wants to know how far a download is. */
export interface TallyListeners {
  readonly onProgress?: ((progress: TreeProgress) => void) | undefined;
  readonly onProblem?: ((problem: TreeProblem) => void) | undefined;
}

/** The counts of a download. */
export class TreeTally {
  readonly #listeners: TallyListeners;
  readonly #told = new Set<string>();
  #fetchedFiles = 0;
  #fetchedBytes = 0;
  #listed = { files: 0, bytes: 0, folders: 0, isWhole: false };
  #done = { files: 0, bytes: 0 };
  #problems = 0;
  /** How many files have other content under their names. */
  #others = 0;
  /** How many bytes of files have come that are not done. */
  readonly #coming = new Map<TreePath, number>();
  #sources = 0;
  #isReporting = false;

  constructor(listeners: TallyListeners) {
    this.#listeners = listeners;
  }

  /** The tree is read from the beginning. */
  restart(): void {
    this.#listed = { files: 0, bytes: 0, folders: 0, isWhole: false };
    this.#done = { files: 0, bytes: 0 };
    this.#problems = 0;
    this.#others = 0;
    this.#coming.clear();
  }

  folder(): void {
    this.#listed.folders += 1;
  }

  /** Files are listed, whether they are there or not. */
  listed(files: readonly TreeFile[]): void {
    this.#listed.files += files.length;
    for (const { size } of files) this.#listed.bytes += size;
    this.report();
  }

  /** The whole tree is listed. */
  whole(): void {
    this.#listed.isWhole = true;
    this.report();
  }

  /** So much of a file has come. */
  coming({ path }: TreeFile, bytes: number): void {
    this.#coming.set(path, bytes);
    this.report();
  }

  /** A file is there. */
  done({ path, size }: TreeFile, isFetched: boolean): void {
    this.#coming.delete(path);
    this.#done.files += 1;
    this.#done.bytes += size;
    if (isFetched) {
      this.#fetchedFiles += 1;
      this.#fetchedBytes += size;
    }
    this.report();
  }

  /** A file has other content under its name. */
  other(): void {
    this.#others += 1;
  }

  /** An entry could not be had. */
  problem(problem: TreeProblem): void {
    this.#problems += 1;
    this.#coming.delete(problem.path);
    // A path from the network has up to 8 KiB: its digest has 32 bytes.
    const key = hash('sha256', JSON.stringify([problem.kind, ...problem.path]), 'base64');
    if (this.#told.has(key)) return;
    if (this.#told.size < maxTold) this.#told.add(key);
    this.#listeners.onProblem?.(problem);
  }

  /** How many sources send just now. */
  sending(sources: number): void {
    this.#sources = sources;
    this.report();
  }

  /** Tells how far it is, once for all that happens at the same time. */
  report(): void {
    if (this.#isReporting) return;
    this.#isReporting = true;
    queueMicrotask(() => {
      this.#isReporting = false;
      this.#tell();
    });
  }

  #tell(): void {
    let received = this.#done.bytes;
    for (const bytes of this.#coming.values()) received += bytes;
    this.#listeners.onProgress?.({
      files: this.#done.files,
      listedFiles: this.#listed.files,
      received,
      listedBytes: this.#listed.bytes,
      isListed: this.#listed.isWhole,
      sources: this.#sources,
    });
  }

  /** The counts at the end. */
  get result(): Omit<TreeDownload, 'path' | 'root'> {
    return {
      files: this.#done.files,
      folders: this.#listed.folders,
      size: this.#done.bytes,
      fetchedFiles: this.#fetchedFiles,
      fetchedBytes: this.#fetchedBytes,
      otherFiles: this.#others,
      problems: this.#problems,
    };
  }
}
