// Reads a tree a second time without believing that it is the same as before, and without keeping it.
import type { TreeEntry } from '@peerlane/protocol';
import { TransferError } from '../transfer-error.ts';
import { TreeHash } from './tree-hash.ts';

/** How many entries are believed at a time. */
const interval = 1024;

interface Entries {
  readonly entries: readonly TreeEntry[];
}

/** The roots of the beginnings of a tree. */
export class Checkpoints {
  readonly #hash = new TreeHash();
  readonly #roots: string[] = [];
  #entries = 0;

  /** The next entry of the first reading. */
  add(entry: TreeEntry): void {
    this.#hash.add(entry);
    this.#entries += 1;
    if (this.#entries % interval === 0) this.#roots.push(this.#hash.root);
  }

  /** The root of all entries that were added. */
  get root(): string {
    return this.#hash.root;
  }

  /**
   * The entries of another reading, each only when it is known to have been there in the first.
   *
   * @throws TransferError `changed` if there are others
   */
  async *verified(pages: AsyncIterable<Entries>): AsyncGenerator<Entries, void> {
    const again = new Checkpoints();
    let entries: TreeEntry[] = [];
    for await (const page of pages) {
      for (const entry of page.entries) {
        again.add(entry);
        entries.push(entry);
        if (entries.length < interval) continue;
        if (again.#roots.at(-1) !== this.#roots[again.#roots.length - 1]) throw otherTree();
        yield { entries };
        entries = [];
      }
    }
    if (again.root !== this.root) throw otherTree();
    yield { entries };
  }
}

export function otherTree(): TransferError {
  return new TransferError('changed', 'the peer has other content under that name');
}
