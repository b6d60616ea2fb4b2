// Lends the memory that packs are read into, so that all packs together use bounded memory.
import { maxPackBytes } from '@peerlane/protocol';

/** How much memory all packs together get, in bytes. When it is lent out, each further pack is small. */
const totalMemory = 32 * 1024 * 1024;

/** The least that a pack gets for its files, in bytes. */
const smallest = 128 * 1024;

/** What the lines ahead of the files take at most, in bytes: a request cannot name 1,700 of them. */
const linesLength = 32 * 1024;

/** How many buffers of the largest size are kept for the next packs. */
const maxSpare = 2;

/** Memory for one pack. */
export interface PackMemory {
  /** Shared among threads. */
  readonly memory: Uint8Array;
  /** How many bytes of it are for files; the rest is for the lines ahead of them. */
  readonly room: number;
  /** Says how many bytes are used after all: others may have the rest. */
  used(bytes: number): void;
}

/** The memory for packs of a server. */
export class PackBuffers {
  readonly #spare: Uint8Array[] = [];
  #lent = 0;

  /** Lends memory for 4 MiB of files while `use` runs, and for less when many packs are on their way. */
  async lend(use: (memory: PackMemory) => Promise<void>): Promise<void> {
    const left = Math.floor((totalMemory - this.#lent) / 4);
    const room = Math.min(maxPackBytes, Math.max(smallest, left));
    const spare = room === maxPackBytes ? this.#spare.pop() : undefined;
    const memory = spare ?? new Uint8Array(new SharedArrayBuffer(room + linesLength));
    let lent = room;
    this.#lent += lent;
    const used = (bytes: number): void => {
      this.#lent += bytes - lent;
      lent = bytes;
    };
    try {
      await use({ memory, room, used });
      // Not after a failure: the connection may still hold the buffer then.
      if (room === maxPackBytes && this.#spare.length < maxSpare) this.#spare.push(memory);
    } finally {
      this.#lent -= lent;
    }
  }
}
