// Computes the root of a tree, entry by entry.
import { createHash } from 'node:crypto';
import { encodeTreeRootPart, type TreeEntry } from '@peerlane/protocol';

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
    const part = encodeTreeRootPart(entry);
    if (this.#length + part.length > batch) this.#flush();
    if (part.length > batch) {
      this.#hash.update(part);
      return;
    }
    this.#collected.set(part, this.#length);
    this.#length += part.length;
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
