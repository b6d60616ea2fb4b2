// How much a source is asked for in a pack, by how fast it was so far. Pure.

/** How much a source is asked for at first, and at most, in bytes. */
export const packBytes: { readonly first: number; readonly most: number } = {
  first: 256 * 1024,
  most: 1024 * 1024,
};

/** How long a source is likely to need for a pack, in milliseconds. */
const targetTime = 500;

/** The size of the next pack from a source: small for a slow one, so that nobody waits for it in the end. */
export class PackSize {
  #bytes = packBytes.first;

  /** In bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Records that a pack of this many bytes needed this many milliseconds. */
  record(bytes: number, time: number): void {
    const likely = (bytes / Math.max(time, 1)) * targetTime;
    // Early bytes came out of buffers, and a pack of empty files says nothing.
    this.#bytes = Math.min(packBytes.most, 4 * this.#bytes, Math.max(likely, packBytes.first / 16));
  }
}
