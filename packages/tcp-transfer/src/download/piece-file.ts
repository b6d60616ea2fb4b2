import type { Manifest } from '@peerlane/protocol';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { Part, UnfinishedFile } from '../storage/unfinished-file.ts';

/** A file on its way in, as pieces. */
export class PieceFile {
  /** What it is cut by. */
  readonly shape: Pick<Manifest, 'size' | 'pieceLength'>;
  readonly #file: UnfinishedFile;
  readonly #hasher: PieceHasher;

  constructor(
    file: UnfinishedFile,
    shape: Pick<Manifest, 'size' | 'pieceLength'>,
    hasher: PieceHasher,
  ) {
    this.#file = file;
    this.shape = shape;
    this.#hasher = hasher;
  }

  /** Where a piece lies. */
  partOf(piece: number): Part {
    const { size, pieceLength } = this.shape;
    const offset = piece * pieceLength;
    return { offset, length: Math.min(pieceLength, size - offset) };
  }

  /** Writes bytes at a position. They must stay in place until it is done. */
  write(bytes: Uint8Array, position: number): Promise<void> {
    return this.#file.write(bytes, position);
  }

  /** The SHA-256 of a piece as it is on the disk now. It must stay open until the promise settles. */
  digest(piece: number): Promise<Uint8Array> {
    const { offset, length } = this.partOf(piece);
    return this.#hasher.hash(this.#file.fd, offset, length);
  }

  /** A file beside this one, for pieces that come twice; to be discarded in the end. */
  async spare(): Promise<PieceFile> {
    return new PieceFile(await this.#file.spare(), this.shape, this.#hasher);
  }

  /** Copies a piece into another file. */
  copyTo(other: PieceFile, piece: number): Promise<void> {
    return this.#file.copyTo(other.#file, this.partOf(piece));
  }

  /** Closes the file and removes it. */
  discard(): Promise<void> {
    return this.#file.discard();
  }
}
