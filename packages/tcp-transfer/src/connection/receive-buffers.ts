// A few large buffers that the bytes of a connection are received into, again and again.

interface Block {
  readonly bytes: Uint8Array;
  /** Whether it is memory of the caller: it is filled to its end, once. */
  readonly isLent: boolean;
  /** How many of its bytes were received, how many of these were read, and how many of those released. */
  filled: number;
  read: number;
  released: number;
}

/** The largest and the smallest size of a buffer, in bytes. The first buffer is a small one. */
export const largeBuffer: number = 3 * 1024 * 1024;
export const smallBuffer: number = 16 * 1024;

/**
 * The size of the buffers for a file, in bytes. Many files of medium size are often received at once,
 * and large buffers would only use up memory then.
 */
export function bufferSizeFor(fileSize: number): number {
  return Math.min(largeBuffer, Math.max(smallBuffer, fileSize / 32));
}

/**
 * At most this many buffers: one is received into while the others are written to disk. Fewer and larger ones
 * take less of the processor in the same memory, as there are fewer hand-overs to other threads.
 */
const maxBlocks = 3;

/**
 * Buffers that are reused once their bytes are released. Bytes that arrive while earlier ones are
 * processed are read together, up to the end of their buffer.
 */
export class ReceiveBuffers {
  readonly #blocks: Block[] = [emptyBlock(smallBuffer)];
  readonly #spare: Block[] = [];
  readonly #largest: number;
  /** Memory that is lent, and how many of its bytes have arrived elsewhere. */
  #lent: { readonly memory: Uint8Array; readonly arrived: number } | undefined;
  #size = smallBuffer;
  /** The ranges that were read and are not released yet, in order. */
  readonly #inUse: { readonly block: Block; readonly end: number }[] = [];

  /** @param largest the largest size of a buffer, in bytes */
  constructor(largest: number = largeBuffer) {
    this.#largest = largest;
  }

  /** Sizes further buffers for this many more bytes. */
  expect(bytes: number): void {
    this.#size = Math.min(this.#largest, Math.floor(bufferSizeFor(bytes)));
  }

  /**
   * Lends memory for as many next bytes as it has. Each of them that arrives after the next call of
   * {@link received} comes into its place there, and is read there. It is in use until it is full.
   */
  lend(memory: Uint8Array): void {
    const arrived = this.#blocks.reduce((sum, { filled, read }) => sum + filled - read, 0);
    this.#lent = { memory, arrived };
  }

  /** The memory for the next bytes to be received; never empty. */
  next(): Uint8Array {
    const block = this.#blocks.at(-1)!;
    return block.bytes.subarray(block.filled);
  }

  /** Whether receiving may go on: there is another buffer for when the present one is full. */
  get open(): boolean {
    return this.#spare.length > 0 || this.#blocks.length < maxBlocks;
  }

  /** Bytes were received into {@link next}, which is another place from now on. */
  received(bytes: number): void {
    const block = this.#blocks.at(-1)!;
    block.filled += bytes;
    if (this.#useLent(bytes)) return;
    const left = block.bytes.length - block.filled;
    // A short rest would only lead to small reads.
    if (block.isLent ? left > 0 : left >= block.bytes.length / 4) return;
    this.#blocks.push(this.#spare.pop() ?? emptyBlock(this.#size));
    this.#recycle();
  }

  /**
   * The next bytes in order; `undefined` if there are none. They stay in place until {@link release}
   * was called once for each read up to this one.
   */
  read(): Uint8Array | undefined {
    const block = this.#blocks.find(({ filled, read }) => read < filled);
    if (!block) return undefined;
    const bytes = block.bytes.subarray(block.read, block.filled);
    block.read = block.filled;
    this.#inUse.push({ block, end: block.filled });
    return bytes;
  }

  /** The bytes of the earliest read are no longer needed. */
  release(): void {
    const first = this.#inUse.shift();
    if (!first) return;
    first.block.released = first.end;
    this.#recycle();
  }

  /** Receives into memory that was lent since the place of the last bytes was asked for. */
  #useLent(bytes: number): boolean {
    const lent = this.#lent;
    this.#lent = undefined;
    const rest = lent?.memory.subarray(lent.arrived + bytes);
    if (!rest || rest.length === 0) return false;
    this.#blocks.push({ bytes: rest, isLent: true, filled: 0, read: 0, released: 0 });
    this.#recycle();
    return true;
  }

  #recycle(): void {
    const block = this.#blocks[0]!;
    if (this.#blocks.length === 1 || block.released < block.filled) return;
    this.#blocks.shift();
    if (block.isLent || block.bytes.length < this.#size) return;
    Object.assign(block, { filled: 0, read: 0, released: 0 });
    this.#spare.push(block);
  }
}

function emptyBlock(size: number): Block {
  // Shared memory, so that another thread can hash what arrives.
  const bytes = Buffer.from(new SharedArrayBuffer(size));
  return { bytes, isLent: false, filled: 0, read: 0, released: 0 };
}
