// Lends the memory that packs are read into, so that all packs together use bounded memory.
import { maxPackBytes } from '@peerlane/protocol';

/** How much memory all packs together get, in bytes. When it is lent out, each further pack is small. */
const totalMemory = 32 * 1024 * 1024;

/** The least that a pack gets, in bytes. */
const smallest = 128 * 1024;

/** How many buffers of the largest size are kept for the next packs. */
const maxSpare = 2;

/** The memory for packs of a server. */
export class PackBuffers {
  readonly #spare: Uint8Array<SharedArrayBuffer>[] = [];
  #lent = 0;

  /** Lends memory that threads share while `use` runs: 4 MiB, and less when many packs are on their way. */
  async lend(use: (buffer: Uint8Array<SharedArrayBuffer>) => Promise<void>): Promise<void> {
    const left = (totalMemory - this.#lent) / 4;
    const length = Math.min(maxPackBytes, Math.max(smallest, Math.floor(left)));
    const spare = length === maxPackBytes ? this.#spare.pop() : undefined;
    const buffer = spare ?? new Uint8Array(new SharedArrayBuffer(length));
    this.#lent += length;
    try {
      await use(buffer);
      // Not after a failure: the connection may still hold the buffer then.
      if (length === maxPackBytes && this.#spare.length < maxSpare) this.#spare.push(buffer);
    } finally {
      this.#lent -= length;
    }
  }
}
