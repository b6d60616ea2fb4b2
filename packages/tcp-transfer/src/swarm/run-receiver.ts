// Receives the bytes that a source sends for a run of pieces: writes and hashes them at the same time.
import { allFinished } from '../async.ts';
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
    const { layout, hashing, onPiece } = this.#options;
    const offset = this.#offset;
    this.#offset += bytes.length;
    const cuts = layout.cut({ offset, length: bytes.length });
    const ended = cuts.filter(({ last }) => last);
    const written = allFinished([this.#writing, this.#write(cuts, bytes, offset)]);
    this.#writing = written;
    const hashed = hashing.push(
      bytes,
      ended.map(({ end }) => end),
    );
    // The buffer must not be reused while the disk or the hasher still reads it.
    await Promise.allSettled([written, hashed]);
    await written;
    for (const [index, digest] of (await hashed).entries()) onPiece(ended[index]!.piece, digest);
  }

  /** Writes the pieces that are still missing, with as few writes as possible. */
  async #write(cuts: readonly Cut[], bytes: Uint8Array, offset: number): Promise<void> {
    const { into, wants } = this.#options;
    for (let next = 0; next < cuts.length;) {
      const { piece, start } = cuts[next]!;
      next += 1;
      if (!wants(piece)) continue;
      while (next < cuts.length && wants(cuts[next]!.piece)) next += 1;
      await into.write(bytes.subarray(start, cuts[next - 1]!.end), offset + start);
    }
  }
}
