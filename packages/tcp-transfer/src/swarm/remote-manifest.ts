// The manifest of a file, as a peer sends it.
import { digestBytes, pieceCount, pieceLengthFor, type TransferAnswer } from '@peerlane/protocol';
import type { Clock } from '../clock.ts';
import { deferred, type Deferred } from '../async.ts';
import type { KnownManifest } from '../manifests/known-manifest.ts';
import { withRoot } from '../manifests/known-manifest.ts';
import type { PeerConnection } from '../requests/peer-connection.ts';
import { TransferError } from '../transfer-error.ts';
import { requestKeys, type RequestedFile } from '../requests/requested-file.ts';

/**
 * How long a peer that knows the digests may need to send them, in milliseconds, in addition to one
 * millisecond for each of their bytes: the slowest rate that any transfer may have.
 */
const sendingTimeout = 30_000;

/** How long a peer that still has to hash the file may need, in milliseconds, apart from its disk. */
const hashingTimeout = 60_000;

/** How many bytes of the file the slowest disk reads in a millisecond. */
const slowDiskRate = 10_000;

/**
 * A manifest that arrives at once if the peer knows it, else digest by digest while the peer hashes the
 * file.
 *
 * @see docs/protocol.md, "Manifest"
 */
export class RemoteManifest {
  /** Of the whole file, in bytes. */
  readonly size: number;
  /** In bytes. */
  readonly pieceLength: number;
  /** How many pieces there are. */
  readonly pieces: number;
  /** The root, if the peer knew it when it answered: then the digests arrive without a wait. */
  readonly claimedRoot: string | undefined;
  readonly #digests: Uint8Array;
  #filled = 0;
  readonly #whole = deferred<KnownManifest>();
  readonly #waiting = new Map<number, Deferred<Uint8Array>>();
  #failure: Error | undefined;

  /** @throws TransferError `bad-answer` */
  private constructor({ size, pieceLength, length, root }: TransferAnswer) {
    const expected = size === undefined ? undefined : pieceLengthFor(size);
    if (expected === undefined || pieceLength !== expected)
      throw new TransferError('bad-answer', "the peer's manifest has pieces of a wrong length");
    this.size = size!;
    this.pieceLength = expected;
    this.pieces = pieceCount(size!, expected);
    if (length !== this.pieces * digestBytes)
      throw new TransferError('bad-answer', "the peer's manifest has a wrong number of pieces");
    this.claimedRoot = root;
    this.#digests = new Uint8Array(length);
    // A failure also rejects every digest that is waited for.
    this.#whole.promise.catch(() => undefined);
  }

  /**
   * Asks a peer for the manifest of a file. Resolves when the answer begins.
   *
   * @param root which content is wanted; `undefined` for whatever the peer has
   * @param piece a piece from this peer that was not that of its last manifest
   * @throws TransferError `bad-answer` for an invalid manifest; `no-file`, `changed`, `refused`, and
   * what else a request can fail with
   */
  static async request(
    connection: PeerConnection,
    file: RequestedFile,
    root: string | undefined,
    clock: Clock,
    piece?: number,
  ): Promise<RemoteManifest> {
    const { answer, data } = await connection.request({
      want: 'manifest',
      ...requestKeys(file),
      ...(root !== undefined && { root }),
      ...(piece !== undefined && { piece }),
    });
    const manifest = new RemoteManifest(answer);
    // While a slow disk is hashed, 32 bytes arrive now and then.
    if (manifest.claimedRoot === undefined) connection.allowSlow();
    const timer = clock.schedule(() => {
      // Other sources may have the file too, and wait for this answer.
      connection.close(new TransferError('too-slow', 'the peer does not say what it has'));
    }, manifest.#timeout);
    const onReceived = (): void => {
      connection.finish();
    };
    void manifest.#receiveAll(data, root, onReceived).finally(() => {
      timer.cancel();
    });
    return manifest;
  }

  /** Whether the peer has hashed the whole file. */
  get isHashed(): boolean {
    return this.claimedRoot !== undefined || this.#filled === this.#digests.length;
  }

  /** How long the whole answer may need, in milliseconds. */
  get #timeout(): number {
    return this.claimedRoot === undefined
      ? hashingTimeout + this.size / slowDiskRate
      : sendingTimeout + this.#digests.length;
  }

  /** How many bytes of the file the digests that have come are of. */
  get hashed(): number {
    return Math.floor(this.#filled / digestBytes) * this.pieceLength;
  }

  /** The whole manifest, checked. Rejects if the peer breaks off, or sends what does not fit. */
  get whole(): Promise<KnownManifest> {
    return this.#whole.promise;
  }

  /**
   * The SHA-256 of a piece; resolves when it has arrived.
   *
   * @throws what {@link whole} rejects with
   */
  digest(piece: number): Promise<Uint8Array> {
    if ((piece + 1) * digestBytes <= this.#filled) return Promise.resolve(this.#at(piece));
    if (this.#failure) return Promise.reject(this.#failure);
    const waiting = this.#waiting.get(piece) ?? deferred();
    this.#waiting.set(piece, waiting);
    return waiting.promise;
  }

  #at(piece: number): Uint8Array {
    return this.#digests.subarray(piece * digestBytes, (piece + 1) * digestBytes);
  }

  async #receiveAll(
    data: AsyncIterable<Uint8Array>,
    root: string | undefined,
    onReceived: () => void,
  ): Promise<void> {
    try {
      for await (const bytes of data) this.#receive(bytes);
      onReceived();
      await this.#check(root);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #receive(bytes: Uint8Array): void {
    const before = Math.floor(this.#filled / digestBytes);
    this.#digests.set(bytes, this.#filled);
    this.#filled += bytes.length;
    for (let piece = before; (piece + 1) * digestBytes <= this.#filled; piece += 1) {
      this.#waiting.get(piece)?.resolve(this.#at(piece));
      this.#waiting.delete(piece);
    }
  }

  async #check(root: string | undefined): Promise<void> {
    const { size, pieceLength } = this;
    const known = await withRoot({ size, pieceLength, digests: this.#digests });
    if (this.claimedRoot !== undefined && this.claimedRoot !== known.root)
      throw new TransferError('bad-answer', "the peer's manifest does not match its root");
    if (root !== undefined && root !== known.root)
      throw new TransferError('changed', 'the peer has other content under that name');
    this.#whole.resolve(known);
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#whole.reject(error);
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}
