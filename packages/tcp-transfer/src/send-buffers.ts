/** All files on their way together are read into buffers of about so many bytes. */
const memoryForAll = 32 * 1024 * 1024;

/** The least and the most that is read of a file at a time, in bytes. */
const [smallPiece, largePiece] = [64 * 1024, 4 * 1024 * 1024];

/** How much is read at a time while so many files are on their way; each has two buffers. */
function pieceSizeFor(uploads: number): number {
  const fair = Math.floor(memoryForAll / (2 * uploads));
  return Math.min(largePiece, Math.max(smallPiece, fair));
}

const nothing = Buffer.alloc(0);

/**
 * The buffers that files are sent from. Those of the largest size are used again: made anew for each
 * file they would pile up until the garbage is collected.
 */
export class SendBuffers {
  readonly #spare: Buffer[] = [];
  #uploads = 0;

  /**
   * Lends two buffers of one size, for as long as it takes to send `bytes`. Where those fit into the
   * first, the second is empty.
   */
  async lend(bytes: number, send: (first: Buffer, second: Buffer) => Promise<void>): Promise<void> {
    this.#uploads += 1;
    try {
      const length = Math.min(bytes, pieceSizeFor(this.#uploads));
      const first = this.#take(length);
      const second = bytes > length ? this.#take(length) : nothing;
      await send(first, second);
      // After a failure the connection may still hold one: then they are given up.
      this.#keep(first);
      this.#keep(second);
    } finally {
      this.#uploads -= 1;
    }
  }

  #take(length: number): Buffer {
    const spare = length === largePiece ? this.#spare.pop() : undefined;
    return spare ?? Buffer.allocUnsafeSlow(length);
  }

  #keep(buffer: Buffer): void {
    if (buffer.length === largePiece && this.#spare.length < 2) this.#spare.push(buffer);
  }
}
