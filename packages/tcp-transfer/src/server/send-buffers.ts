// Lends the buffers that files are sent from, so that all transfers together use bounded memory.

/**
 * How much memory all transfers together get for buffers, in bytes. When it is lent out, each further
 * transfer gets two buffers of the smallest size.
 */
const totalMemory = 32 * 1024 * 1024;

/** The smallest and the largest buffer, in bytes. */
const [smallestBuffer, largestBuffer] = [64 * 1024, 4 * 1024 * 1024];

/** How many buffers of the largest size are kept for the next transfers. */
const maxSpare = 2;

/** The size of each of two buffers: together a quarter of the memory that is left. */
function bufferSizeFor(left: number): number {
  return Math.min(largestBuffer, Math.max(smallestBuffer, Math.floor(left / 8)));
}

const emptyBuffer = Buffer.alloc(0);

/**
 * The buffers of a server. Those of the largest size are used again: if each transfer allocated new
 * ones, they would pile up until the garbage is collected.
 */
export class SendBuffers {
  readonly #spare: Buffer[] = [];
  #lent = 0;

  /**
   * Lends two buffers of one size while `send` runs, which sends `bytes` bytes. If those fit into the
   * first buffer, the second is empty.
   */
  async lend(bytes: number, send: (first: Buffer, second: Buffer) => Promise<void>): Promise<void> {
    const length = Math.min(bytes, bufferSizeFor(totalMemory - this.#lent));
    const first = this.#allocate(length);
    const second = bytes > length ? this.#allocate(length) : emptyBuffer;
    const lent = first.length + second.length;
    this.#lent += lent;
    try {
      await send(first, second);
      // Not after a failure: the connection may still hold a buffer then.
      this.#recycle(first);
      this.#recycle(second);
    } finally {
      this.#lent -= lent;
    }
  }

  #allocate(length: number): Buffer {
    const spare = length === largestBuffer ? this.#spare.pop() : undefined;
    return spare ?? Buffer.allocUnsafeSlow(length);
  }

  #recycle(buffer: Buffer): void {
    if (buffer.length === largestBuffer && this.#spare.length < maxSpare) this.#spare.push(buffer);
  }
}
