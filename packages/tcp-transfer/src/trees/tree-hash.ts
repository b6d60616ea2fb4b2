// Computes the root of a tree, entry by entry.
import { createHash } from 'node:crypto';
import { encodeTreeRootPart, type TreeEntry } from '@peerlane/protocol';

/**
 * The root of a tree that is being listed.
 *
 * @see docs/protocol.md, "Tree"
 */
export class TreeHash {
  readonly #hash = createHash('sha256').update(encodeTreeRootPart(undefined));

  add(entry: TreeEntry): void {
    this.#hash.update(encodeTreeRootPart(entry));
  }

  /** The root of a tree of the entries so far: 64 hexadecimal digits. */
  get root(): string {
    return this.#hash.copy().digest('hex');
  }
}
