// Receives the bytes that a source sends for a run of pieces: writes and hashes them at the same time.
import { allFinished } from '../async.ts';
import type { WrittenPart } from '../hashing/hash-worker.ts';
import type { RunHasher } from '../hashing/run-hasher.ts';
import type { PieceFile } from './piece-file.ts';
import type { Cut, PieceLayout } from './piece-layout.ts';

/** At most this many pieces of data are processed at once, so that the next is read meanwhile. */
const maxInProgress = 2;

/** The options of a {@link RunReceiver}. */
export interface RunReceiverOptions {
  readonly into: PieceFile;
  readonly layout: PieceLayout;
  /** The position in the file at which the run begins, in bytes. */
  readonly offset: number;
  readonly hashing: RunHasher;
  /** Waits for work on the disk, and says so if it fails. */
  readonly onDisk: <T>(work: Promise<T>) => Promise<T>;
  /** Whether a piece is still missing. */
  readonly wants: (piece: number) => boolean;
  /** Called when all of a piece is written, with its SHA-256. */
  readonly onPiece: (piece: number, digest: Uint8Array) => void;
}

/** Writes and hashes the bytes of a run, in the order in which they are received. */
export class RunReceiver {
  readonly #options: RunReceiverOptions;
  #offset: number;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: RunReceiverOptions) {
    this.#options = options;
    this.#offset = options.offset;
  }

  /** Resolves when all bytes received so far are written, rejects if they could not be. */
  get writing(): Promise<void> {
    return this.#writing;
  }

  /**
   * Receives all data of an answer. Resolves when they are written and hashed.
   *
   * @param onFailure called at once when a piece fails: no more data are of use then
   * @throws the first failure: what `onDisk` makes of the system's error, or what reading throws
   */
  async receive(data: AsyncIterable<Uint8Array>, onFailure: () => void): Promise<void> {
    const { onDisk } = this.#options;
    const inProgress: Promise<void>[] = [];
    try {
      for await (const bytes of data) {
        const received = onDisk(this.#receive(bytes));
        received.catch(onFailure);
        inProgress.push(received);
        if (inProgress.length < maxInProgress) continue;
        await inProgress[0];
        void inProgress.shift();
      }
    } finally {
      // Their buffers are in use until then, and a failure of theirs is why reading failed.
      await allFinished(inProgress);
    }
  }

  async #receive(bytes: Uint8Array): Promise<void> {
    const { layout, onPiece } = this.#options;
    const offset = this.#offset;
    this.#offset += bytes.length;
    const cuts = layout.cut({ offset, length: bytes.length });
    const ended = cuts.filter(({ last }) => last);
    const ends = ended.map(({ end }) => end);
    const { written, hashed } = this.#begin(bytes, ends, this.#wanted(cuts, offset));
    this.#writing = written;
    // The buffer must not be reused while the disk or the hasher still reads it.
    await Promise.allSettled([written, hashed]);
    await written;
    for (const [index, digest] of (await hashed).entries()) onPiece(ended[index]!.piece, digest);
  }

  /** Begins to write the parts that are wanted, and to hash all. */
  #begin(
    bytes: Uint8Array,
    ends: readonly number[],
    parts: readonly WrittenPart[],
  ): { readonly written: Promise<void>; readonly hashed: Promise<readonly Uint8Array[]> } {
    const { into, hashing } = this.#options;
    const { writeAndPush } = hashing;
    const after = (work: Promise<void>): Promise<void> => allFinished([this.#writing, work]);
    if (!into.writeBy || !writeAndPush)
      return { written: after(this.#write(bytes, parts)), hashed: hashing.push(bytes, ends) };
    const length = parts.reduce((sum, { start, end }) => sum + end - start, 0);
    const hashed = into.writeBy(length, (fd) => writeAndPush(bytes, ends, { fd, parts }));
    return { written: after(hashed.then(() => undefined)), hashed };
  }

  async #write(bytes: Uint8Array, parts: readonly WrittenPart[]): Promise<void> {
    for (const { start, end, position } of parts)
      await this.#options.into.write(bytes.subarray(start, end), position);
  }

  /** The pieces that are still missing, in as few parts as possible. */
  #wanted(cuts: readonly Cut[], offset: number): WrittenPart[] {
    const { wants } = this.#options;
    const parts: WrittenPart[] = [];
    for (let next = 0; next < cuts.length;) {
      const { piece, start } = cuts[next]!;
      next += 1;
      if (!wants(piece)) continue;
      while (next < cuts.length && wants(cuts[next]!.piece)) next += 1;
      parts.push({ start, end: cuts[next - 1]!.end, position: offset + start });
    }
    return parts;
  }
}
