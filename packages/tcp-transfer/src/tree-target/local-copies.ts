// Files of a tree that are on the disk already, in another place of the same folder: copied, not fetched.
import type { TreeFile, TreePath } from '@peerlane/protocol';
import { isOutOfSpace } from '../paths/out-of-space.ts';
import { CopyBudget } from './copy-budget.ts';
import { copyWithin, type CopyOptions } from './copy-file.ts';
import { CopyIndex } from './copy-index.ts';

/** At most this many folders of a tree are looked through for files that were moved. */
const maxFolders = 100_000;

/** Knows which contents are in a folder. */
export class LocalCopies {
  readonly #options: CopyOptions;
  /** Files of known content, by their digests. */
  readonly #known = new CopyIndex();
  /** Files that were in the folder before, by their sizes. */
  readonly #found = new CopyIndex();
  readonly #budget: CopyBudget;
  #looking: Promise<void> | undefined;
  #isLookedThrough = false;

  constructor(options: CopyOptions, budget: CopyBudget = new CopyBudget()) {
    this.#options = options;
    this.#budget = budget;
  }

  /** A file of a tree is on the disk under its name. */
  add(entry: TreeFile): void {
    this.#known.add(keyOfContent(entry), entry.path);
  }

  /** Whether a copy is worth a try. */
  mayHave(entry: TreeFile): boolean {
    if (!this.#isLookedThrough && !this.#options.disk.isNew) return true;
    return this.#known.has(keyOfContent(entry)) || this.#found.has(keyOfSize(entry.size));
  }

  /**
   * Makes a file out of one of the same content, if there is one.
   *
   * @throws the system's error if there is no space; the reason of an aborted signal
   */
  async copy(entry: TreeFile): Promise<boolean> {
    for (const path of this.#known.find(keyOfContent(entry)))
      if (await this.#copyFrom(path, entry)) return true;
    await (this.#looking ??= this.#look());
    this.#isLookedThrough = true;
    for (const path of this.#found.find(keyOfSize(entry.size)))
      if (await this.#copyFrom(path, entry)) return true;
    return false;
  }

  async #copyFrom(path: TreePath, entry: TreeFile): Promise<boolean> {
    const { signal } = this.#options;
    if (!this.#budget.isLeft) return false;
    let isCopied = false;
    try {
      isCopied = (await copyWithin(path, entry, this.#options))?.state === 'placed';
    } catch (error) {
      signal?.throwIfAborted();
      if (isOutOfSpace(error)) throw error;
    }
    this.#budget.record(entry.size, isCopied);
    return isCopied;
  }

  /** Looks through all that was in the folder before. */
  async #look(): Promise<void> {
    const { disk, folders, hasher, signal } = this.#options;
    if (disk.isNew) return;
    const open: TreePath[] = [[]];
    for (let count = 0; open.length > 0 && count < maxFolders; count += 1) {
      signal?.throwIfAborted();
      const path = open.pop()!;
      const lease = await folders.hold(path, false).catch(() => undefined);
      if (!lease) continue;
      try {
        const { anchor: folder } = lease.folder;
        const listed = await hasher.workOnFiles<'list'>({ work: 'list', folder });
        for (const [at, name] of listed.files.entries())
          this.#found.add(keyOfSize(listed.sizes[at]!), [...path, name]);
        for (const name of listed.folders) if (open.length < maxFolders) open.push([...path, name]);
      } catch {
        signal?.throwIfAborted();
      } finally {
        lease.release();
      }
    }
  }
}

function keyOfContent({ digest, root }: TreeFile): number {
  return Number.parseInt((digest ?? root ?? '0').slice(0, 8), 16);
}

/** Spreads sizes over all numbers. */
function keyOfSize(size: number): number {
  const low = Math.imul(size >>> 0, 0x9e3779b1);
  const mixed = Math.imul(low ^ (low >>> 15) ^ Math.floor(size / 2 ** 32), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
