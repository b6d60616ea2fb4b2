// An output that gets the bytes of a download in order, such as a pipe, and cannot take them back.
// `StreamedFile` puts the pieces in order.
import { TransferError } from '../transfer-error.ts';
import type { RemoteManifest } from './remote-manifest.ts';
import { verifyPiece } from './verify-piece.ts';

/**
 * An output for one download, in place of a folder. In version 2 it gets each piece as soon as that and
 * all before it are verified, and another source of the same content can go on after the last one.
 */
export class OrderedOutput {
  /** The name of the output in results and errors. */
  readonly path: string;
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  /** The digests of the pieces that were passed on. */
  readonly #digests: Uint8Array[] = [];
  #isUnverified = false;

  /**
   * @param write gets the next bytes, which must stay in place until it resolves; for an empty file it is
   * called once, with none
   */
  constructor(path: string, write: (bytes: Uint8Array) => Promise<void>) {
    this.path = path;
    this.#write = write;
  }

  /** How many verified pieces it got. */
  get pieces(): number {
    return this.#digests.length;
  }

  /** Whether it got bytes of a peer of version 1: no other source can go on after these. */
  get isUnverified(): boolean {
    return this.#isUnverified;
  }

  /** Passes the next piece on. */
  async pass(piece: Uint8Array, digest: Uint8Array): Promise<void> {
    this.#digests.push(digest);
    await this.#write(piece);
  }

  /** Passes bytes on that nothing vouches for; none at the end of an empty file. */
  async passUnverified(bytes: Uint8Array): Promise<void> {
    this.#isUnverified = true;
    await this.#write(bytes);
  }

  /**
   * @throws TransferError `wrong-content` if the pieces that it got are not those of a manifest
   *
   * @internal
   */
  async check(manifest: RemoteManifest): Promise<void> {
    for (const [piece, digest] of this.#digests.entries())
      if (piece >= manifest.pieces || !(await verifyPiece(piece, digest, manifest)))
        throw new TransferError(
          'wrong-content',
          'the peer has other content than what was already written',
        );
  }
}
