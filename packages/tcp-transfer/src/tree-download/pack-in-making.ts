// Collects the small files that fit into one request. Pure.
import type { TreeFile } from '@peerlane/protocol';

/** How much fits into a request. */
export interface PackRoom {
  /** Of the contents; the first file may be larger. */
  readonly bytes: number;
  /** Of the paths in the request. */
  readonly pathBytes: number;
}

/** The files of one request. */
export class PackInMaking<Item extends { readonly entry: TreeFile }> {
  readonly items: Item[] = [];
  readonly #limits: PackRoom;
  #bytes = 0;
  #pathBytes = 0;

  constructor(limits: PackRoom) {
    this.#limits = limits;
  }

  /** Adds a file if it fits. */
  add(item: Item): boolean {
    const bytes = this.#bytes + item.entry.size;
    const pathBytes = this.#pathBytes + Buffer.byteLength(JSON.stringify(item.entry.path)) + 1;
    const fits = bytes <= this.#limits.bytes && pathBytes <= this.#limits.pathBytes;
    if (this.items.length > 0 && !fits) return false;
    this.#bytes = bytes;
    this.#pathBytes = pathBytes;
    this.items.push(item);
    return true;
  }
}
