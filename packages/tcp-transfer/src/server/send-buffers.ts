/**
 * All files on their way together are read into buffers of so many bytes; once those are lent, each
 * further file gets two of the smallest.
 */
const memoryForAll = 32 * 1024 * 1024;

/** The least and the most that is read of a file at a time, in bytes. */
const [smallPiece, largePiece] = [64 * 1024, 4 * 1024 * 1024];

/** How much is read at a time, in two buffers: of what is left, three quarters are for others. */
function pieceSizeFor(left: number): number {
  return Math.min(largePiece, Math.max(smallPiece, Math.floor(left / 8)));
}

const nothing = Buffer.alloc(0);

/**
 * The buffers that files are sent from. Those of the largest size are used again: made anew for each
 * file they would pile up until the garbage is collected.
 */
export class SendBuffers {
  readonly #spare: Buffer[] = [];
  #lent = 0;

  /**
   * Lends two buffers of one size, for as long as it takes to send `bytes`. Where those fit into the
   * first, the second is empty.
   */
  async lend(bytes: number, send: (first: Buffer, second: Buffer) => Promise<void>): Promise<void> {
    const length = Math.min(bytes, pieceSizeFor(memoryForAll - this.#lent));
    const first = this.#take(length);
    const second = bytes > length ? this.#take(length) : nothing;
    const lent = first.length + second.length;
    this.#lent += lent;
    try {
      await send(first, second);
      // After a failure the connection may still hold one: then they are given up.
      this.#keep(first);
      this.#keep(second);
    } finally {
      this.#lent -= lent;
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
