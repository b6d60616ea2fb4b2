// Computes the root of a tree, entry by entry.
import { createHash } from 'node:crypto';
import { encodeTreeRootPart, writeTreeRootPart, type TreeEntry } from '@peerlane/protocol';

/** How many bytes are hashed at a time: to hash the few of one entry takes longer than to collect them. */
const batch = 16 * 1024;

/**
 * The root of a tree that is being listed.
 *
 * @see docs/protocol.md, "Tree"
 */
export class TreeHash {
  readonly #hash = createHash('sha256').update(encodeTreeRootPart(undefined));
  readonly #collected = new Uint8Array(batch);
  #length = 0;

  add(entry: TreeEntry): void {
    let end = writeTreeRootPart(entry, this.#collected, this.#length);
    if (end === undefined) {
      this.#flush();
      end = writeTreeRootPart(entry, this.#collected, 0);
    }
    if (end === undefined) this.#hash.update(encodeTreeRootPart(entry));
    else this.#length = end;
  }

  /** The root of a tree of the entries so far: 64 hexadecimal digits. */
  get root(): string {
    this.#flush();
    return this.#hash.copy().digest('hex');
  }

  #flush(): void {
    this.#hash.update(this.#collected.subarray(0, this.#length));
    this.#length = 0;
  }
}
