import type { IncomingManifest } from './incoming-manifest.ts';
import type { PieceHasher } from './piece-hasher.ts';
import type { Part, ResumableFile } from './resumable-file.ts';

/** So much is hashed or waits to be, in bytes, before whoever brings more has to wait. */
const hashingAtOnce = 32 * 1024 * 1024;

/** A file on its way in, as the pieces of a manifest. */
export class PieceFile {
  readonly #file: ResumableFile;
  readonly #manifest: IncomingManifest;
  readonly #hasher: PieceHasher;
  readonly #hashing = new Set<Promise<void>>();
  readonly #maxHashing: number;

  constructor(file: ResumableFile, manifest: IncomingManifest, hasher: PieceHasher) {
    this.#file = file;
    this.#manifest = manifest;
    this.#hasher = hasher;
    this.#maxHashing = Math.max(2, hashingAtOnce / manifest.pieceLength);
  }

  /** Where a piece lies. */
  partOf(piece: number): Part {
    const { size, pieceLength } = this.#manifest;
    const offset = piece * pieceLength;
    return { offset, length: Math.min(pieceLength, size - offset) };
  }

  /** Writes bytes at a position. They must stay in place until it is done. */
  write(bytes: Uint8Array, position: number): Promise<void> {
    return this.#file.write(bytes, position);
  }

  /** Whether a piece is what the manifest says, as it is on the disk now. */
  async isRight(piece: number): Promise<boolean> {
    const { offset, length } = this.partOf(piece);
    const hashing = this.#hasher.hash(this.#file.fd, offset, length);
    const over = hashing
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => this.#hashing.delete(over));
    this.#hashing.add(over);
    const [digest, expected] = await Promise.all([hashing, this.#manifest.digest(piece)]);
    return Buffer.compare(digest, expected) === 0;
  }

  /** Waits until not too much is being hashed. */
  async room(): Promise<void> {
    while (this.#hashing.size >= this.#maxHashing) await Promise.race(this.#hashing);
  }

  /** A file beside this one, for pieces that come twice; to be discarded in the end. */
  async spare(): Promise<PieceFile> {
    return new PieceFile(await this.#file.spare(), this.#manifest, this.#hasher);
  }

  /** Copies a piece into another file. */
  copyTo(other: PieceFile, piece: number): Promise<void> {
    return this.#file.copyTo(other.#file, this.partOf(piece));
  }

  /** Waits until nothing of the file is read any more: it may be closed then. */
  async idle(): Promise<void> {
    await Promise.all(this.#hashing);
  }

  /** Closes the file and removes it. */
  async discard(): Promise<void> {
    await this.idle();
    await this.#file.discard();
  }
}
