// The memory that packs are received into: bounded, and used again.
import { deferred, type Deferred } from '../async.ts';

/** At most this much is in use at a time, unless one pack alone is larger, in bytes. */
const maxInUse = 16 * 1024 * 1024;

/** The smallest buffer, in bytes: most packs fit. */
const smallest = 1024 * 1024 + 64 * 1024;

/** At most this many buffers are kept for later. */
const maxSpare = 8;

/** Memory that other threads can read. */
export type SharedBytes = Uint8Array<SharedArrayBuffer>;

/** Buffers for packs. */
export class PackBuffers {
  readonly #spare: SharedBytes[] = [];
  readonly #waiting: Deferred<undefined>[] = [];
  #inUse = 0;

  /** Waits for memory, and returns a buffer of at least this many bytes. */
  async take(bytes: number): Promise<SharedBytes> {
    while (this.#inUse > 0 && this.#inUse + bytes > maxInUse) {
      const free = deferred<undefined>();
      this.#waiting.push(free);
      await free.promise;
    }
    const index = this.#spare.findIndex(({ length }) => length >= bytes);
    const [spare] = index < 0 ? [] : this.#spare.splice(index, 1);
    const buffer = spare ?? new Uint8Array(new SharedArrayBuffer(Math.max(bytes, smallest)));
    this.#inUse += buffer.length;
    return buffer;
  }

  /** A buffer is not used any more. */
  release(buffer: SharedBytes): void {
    this.#inUse -= buffer.length;
    if (this.#spare.length < maxSpare) this.#spare.push(buffer);
    for (const { resolve } of this.#waiting.splice(0)) resolve(undefined);
  }
}
