import { cutAtPieces, type Cut } from './piece-layout.ts';
import type { PieceFile } from './piece-file.ts';
import { allFinished } from '../async.ts';
import type { RunHasher } from '../hashing/stream-hasher.ts';

/** Where the bytes of a run go. */
export interface RunReceiverOptions {
  readonly into: PieceFile;
  /** Where in the file the run begins, in bytes. */
  readonly offset: number;
  readonly hashing: RunHasher;
  /** Whether a piece is still of use. */
  readonly wants: (piece: number) => boolean;
  /** A piece is here, and this is its SHA-256. */
  readonly onPiece: (piece: number, digest: Uint8Array) => void;
}

/** Takes in the bytes that a source sends for a run: writes them and hashes them at the same time. */
export class RunReceiver {
  readonly #options: RunReceiverOptions;
  #position: number;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: RunReceiverOptions) {
    this.#options = options;
    this.#position = options.offset;
  }

  /** Settles when what has come so far is written, or could not be. */
  get writing(): Promise<void> {
    return this.#writing;
  }

  /** Takes the next bytes, which must stay in place until it is done. More may be given before. */
  async take(bytes: Uint8Array): Promise<void> {
    const { into, hashing, onPiece } = this.#options;
    const position = this.#position;
    this.#position += bytes.length;
    const cuts = cutAtPieces(position, bytes.length, into.shape);
    const ended = cuts.filter(({ last }) => last);
    const written = allFinished([this.#writing, this.#write(cuts, bytes, position)]);
    this.#writing = written;
    const hashed = hashing.push(
      bytes,
      ended.map(({ end }) => end),
    );
    // The bytes must not be given up while one of the two still reads them.
    await Promise.allSettled([written, hashed]);
    await written;
    for (const [index, digest] of (await hashed).entries()) onPiece(ended[index]!.piece, digest);
  }

  /** Writes what is still of use, as much as possible at once. */
  async #write(cuts: readonly Cut[], bytes: Uint8Array, position: number): Promise<void> {
    const { into, wants } = this.#options;
    for (let next = 0; next < cuts.length;) {
      const { piece, start } = cuts[next]!;
      next += 1;
      if (!wants(piece)) continue;
      while (next < cuts.length && wants(cuts[next]!.piece)) next += 1;
      await into.write(bytes.subarray(start, cuts[next - 1]!.end), position + start);
    }
  }
}
