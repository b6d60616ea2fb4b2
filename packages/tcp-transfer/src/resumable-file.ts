import { digestBytes, pieceCount, type Manifest } from '@peerlane/protocol';
import type { KnownManifest } from './manifest-memory.ts';
import type { PieceHasher } from './piece-hasher.ts';
import { placeFile, type SavedFile } from './place-file.ts';
import type { TargetFolder, Unfinished } from './target-folder.ts';

/** So much is copied at a time, in bytes. */
const copyBytes = 1024 * 1024;

/** A part of a file in bytes. */
export interface Part {
  readonly offset: number;
  readonly length: number;
}

/** Where a piece of a file lies. */
export function partOf({ size, pieceLength }: Manifest, piece: number): Part {
  const offset = piece * pieceLength;
  return { offset, length: Math.min(pieceLength, size - offset) };
}

/**
 * A file on its way in whose pieces come in any order and are verified one by one. It is kept under a
 * hidden name that tells its root: what is broken off goes on with the pieces that are right.
 */
export class ResumableFile {
  /** The pieces that are right. */
  readonly verified: Set<number> = new Set<number>();
  readonly #folder: TargetFolder;
  readonly #unfinished: Unfinished;
  readonly #manifest: Manifest;
  readonly #hasher: PieceHasher;
  #closed = false;

  private constructor(
    folder: TargetFolder,
    unfinished: Unfinished,
    manifest: Manifest,
    hasher: PieceHasher,
  ) {
    this.#folder = folder;
    this.#unfinished = unfinished;
    this.#manifest = manifest;
    this.#hasher = hasher;
  }

  /**
   * Takes up what an earlier download of this content has left, or begins anew.
   *
   * @throws the system's error where the folder cannot be written to
   */
  static async open(
    folder: TargetFolder,
    { root, manifest }: KnownManifest,
    hasher: PieceHasher,
  ): Promise<ResumableFile> {
    const claimed = await folder.claimUnfinished(root);
    const unfinished = claimed ?? (await folder.createUnfinished(root));
    const file = new ResumableFile(folder, unfinished, manifest, hasher);
    try {
      await unfinished.handle.truncate(manifest.size);
      if (claimed) await file.#verifyAll();
    } catch (error) {
      await file.close();
      throw error;
    }
    return file;
  }

  /** Writes bytes at a position. They must stay in place until it is done. */
  async write(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#unfinished.handle.write(
        bytes,
        done,
        bytes.length - done,
        position + done,
      );
      done += bytesWritten;
    }
  }

  /** A file beside this one, for pieces that come twice; to be discarded in the end. */
  async spare(): Promise<ResumableFile> {
    const unfinished = await this.#folder.createUnfinished();
    return new ResumableFile(this.#folder, unfinished, this.#manifest, this.#hasher);
  }

  /** Copies a piece into another file. */
  async copyPiece(piece: number, to: ResumableFile): Promise<void> {
    const { offset, length } = partOf(this.#manifest, piece);
    const buffer = Buffer.allocUnsafeSlow(Math.min(length, copyBytes));
    for (let done = 0; done < length;) {
      const wanted = Math.min(buffer.length, length - done);
      const { bytesRead } = await this.#unfinished.handle.read(buffer, 0, wanted, offset + done);
      if (bytesRead === 0) throw new Error('the file became shorter');
      await to.write(buffer.subarray(0, bytesRead), offset + done);
      done += bytesRead;
    }
  }

  /** Whether a piece of the file is right, as it is on the disk now; then it counts as verified. */
  async verify(piece: number): Promise<boolean> {
    const { offset, length } = partOf(this.#manifest, piece);
    const digest = await this.#hasher.hash(this.#unfinished.handle.fd, offset, length);
    const at = piece * digestBytes;
    const right =
      Buffer.compare(digest, this.#manifest.digests.subarray(at, at + digestBytes)) === 0;
    if (right) this.verified.add(piece);
    return right;
  }

  /**
   * Gives the whole file its place, as {@link placeFile} does.
   *
   * @throws the system's error; the reason of an aborted `signal`
   */
  async complete(
    folder: string,
    name: string,
    sync: boolean,
    signal: AbortSignal | undefined,
  ): Promise<SavedFile> {
    if (sync) await this.#unfinished.handle.datasync();
    await this.close();
    const saved = await placeFile(this.#unfinished.path, folder, name, signal);
    await this.#folder.removeUnfinished(this.#unfinished.path);
    if (sync) await this.#folder.sync();
    return saved;
  }

  /** Closes the file and removes it. */
  async discard(): Promise<void> {
    await this.close();
    await this.#folder.removeUnfinished(this.#unfinished.path);
  }

  /** Leaves the file to a later download. A second call does nothing more. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#unfinished.handle.close();
    this.#folder.leaveUnfinished(this.#unfinished.path);
  }

  async #verifyAll(): Promise<void> {
    const count = pieceCount(this.#manifest.size, this.#manifest.pieceLength);
    await Promise.all(Array.from({ length: count }, (_, piece) => this.verify(piece)));
  }
}
