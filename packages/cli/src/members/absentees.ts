// Remembers the members that have left the list, so that nobody is told that nobody was ever known.
import type { PeerlaneNode } from '../node/node.ts';

/** The most of them that are remembered, and that are named in one line. */
const [maxKept, maxShown] = [100, 5];

/** The members of a node that have left or fallen silent, and have not come back. */
export class Absentees {
  readonly #addresses = new Set<string>();

  constructor(node: Pick<PeerlaneNode, 'on'>) {
    node.on('gone', (address) => {
      this.#addresses.delete(address);
      this.#addresses.add(address);
      if (this.#addresses.size > maxKept)
        this.#addresses.delete(this.#addresses.values().next().value!);
    });
    node.on('peer', (address) => {
      this.#addresses.delete(address);
    });
  }

  /** The last of them for a person; `undefined` if there are none. */
  get shown(): string | undefined {
    if (this.#addresses.size === 0) return undefined;
    const last = [...this.#addresses].reverse().slice(0, maxShown);
    const more = this.#addresses.size - last.length;
    return last.join(', ') + (more > 0 ? ` and ${more} more` : '');
  }
}
