interface Block {
  readonly bytes: Uint8Array;
  /** How much of it has come, has been taken of that, and has been used up of that, in bytes. */
  filled: number;
  taken: number;
  used: number;
}

/** The most and the least that a buffer holds, in bytes. The first is a small one. */
export const largeBuffer: number = 2 * 1024 * 1024;
export const smallBuffer: number = 16 * 1024;

/**
 * The size of the buffers for a file, in bytes. Many files of middling size are often received at
 * once: then large buffers would only take memory.
 */
export function bufferSizeFor(fileSize: number): number {
  return Math.min(largeBuffer, Math.max(smallBuffer, fileSize / 32));
}

/** How many buffers there are at most: one is received into while the others are written out. */
const maxBlocks = 4;

/**
 * A few buffers that bytes are received into, and that are used again once the bytes were taken.
 * What came while a piece was being used up is taken as one piece, up to the end of its buffer.
 */
export class ReceiveBuffers {
  readonly #blocks: Block[] = [emptyBlock(smallBuffer)];
  readonly #spare: Block[] = [];
  readonly #largest: number;
  #size = smallBuffer;
  /** What was taken and is not used up yet, in order. */
  readonly #taken: { readonly block: Block; readonly end: number }[] = [];

  /** @param largest the most that a buffer holds, in bytes */
  constructor(largest: number = largeBuffer) {
    this.#largest = largest;
  }

  /** So many more bytes are to come: buffers are made for them. */
  expect(bytes: number): void {
    this.#size = Math.min(this.#largest, Math.floor(bufferSizeFor(bytes)));
  }

  /** Where the next bytes are to be received. There always is such a place. */
  next(): Uint8Array {
    const block = this.#blocks.at(-1)!;
    return block.bytes.subarray(block.filled);
  }

  /** Whether receiving may go on: there is a further buffer for when the present one is full. */
  get open(): boolean {
    return this.#spare.length > 0 || this.#blocks.length < maxBlocks;
  }

  /** Bytes were received into {@link next}, which is another place from now on. */
  received(bytes: number): void {
    const block = this.#blocks.at(-1)!;
    block.filled += bytes;
    // A short rest would only make for small reads.
    if (block.bytes.length - block.filled >= block.bytes.length / 4) return;
    this.#blocks.push(this.#spare.pop() ?? emptyBlock(this.#size));
    this.#recycle();
  }

  /**
   * The next bytes in order; `undefined` for none. They stay in place until there was a
   * {@link release} for each piece that was taken up to them.
   */
  take(): Uint8Array | undefined {
    const block = this.#blocks.find(({ filled, taken }) => taken < filled);
    if (!block) return undefined;
    const piece = block.bytes.subarray(block.taken, block.filled);
    block.taken = block.filled;
    this.#taken.push({ block, end: block.filled });
    return piece;
  }

  /** The first of the pieces that were taken has been used up. */
  release(): void {
    const first = this.#taken.shift();
    if (!first) return;
    first.block.used = first.end;
    this.#recycle();
  }

  #recycle(): void {
    const block = this.#blocks[0]!;
    if (this.#blocks.length === 1 || block.used < block.filled) return;
    this.#blocks.shift();
    if (block.bytes.length < this.#size) return;
    Object.assign(block, { filled: 0, taken: 0, used: 0 });
    this.#spare.push(block);
  }
}

function emptyBlock(size: number): Block {
  // Shared, so that another thread can hash what has come.
  return { bytes: Buffer.from(new SharedArrayBuffer(size)), filled: 0, taken: 0, used: 0 };
}
