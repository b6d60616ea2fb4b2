// The pieces of a file on their way to an output: held in memory until all before them are verified.
import { deferred } from '../async.ts';
import type { Part } from '../storage/unfinished-file.ts';
import type { OrderedOutput } from './ordered-output.ts';
import type { PieceFile, PieceOrder } from './piece-file.ts';
import { PieceLayout } from './piece-layout.ts';
import type { RemoteManifest } from './remote-manifest.ts';

/** How far ahead of the output pieces are fetched, in bytes; two pieces are in any case. */
const windowBytes = 32 * 1024 * 1024;

/** Pieces in memory. */
class PieceBuffers {
  readonly #layout: PieceLayout;
  readonly #pieces = new Map<number, Buffer>();

  constructor(layout: PieceLayout) {
    this.#layout = layout;
  }

  write(bytes: Uint8Array, position: number): Promise<void> {
    const part = { offset: position, length: bytes.length };
    for (const { piece, start, end } of this.#layout.cut(part)) {
      const { offset, length } = this.#layout.partOf(piece);
      const buffer = this.#pieces.get(piece) ?? Buffer.allocUnsafeSlow(length);
      this.#pieces.set(piece, buffer);
      buffer.set(bytes.subarray(start, end), position + start - offset);
    }
    return Promise.resolve();
  }

  /** The bytes of a piece that was written. */
  read(piece: number): Buffer {
    return this.#pieces.get(piece)!;
  }

  /** Drops the pieces up to one. */
  dropTo(last: number): void {
    for (const piece of this.#pieces.keys()) if (piece <= last) this.#pieces.delete(piece);
  }

  async copyTo(to: Pick<PieceFile, 'write'>, part: Part): Promise<void> {
    for (const { piece } of this.#layout.cut(part))
      await to.write(this.read(piece), this.#layout.partOf(piece).offset);
  }
}

/** A file that is passed on in order as its pieces are verified, and is never whole anywhere here. */
export class StreamedFile implements PieceFile, PieceOrder {
  readonly resumed = false;
  readonly order: this = this;
  readonly first: number;
  onGrown: (() => void) | undefined;
  readonly #manifest: RemoteManifest;
  readonly #output: OrderedOutput;
  readonly #layout: PieceLayout;
  readonly #buffers: PieceBuffers;
  readonly #spare: PieceBuffers;
  readonly #verified = new Set<number>();
  readonly #passed = deferred<undefined>();
  #passing: Promise<void> = Promise.resolve();
  #isPassing = false;

  private constructor(manifest: RemoteManifest, output: OrderedOutput) {
    this.first = output.pieces;
    this.#manifest = manifest;
    this.#output = output;
    this.#layout = new PieceLayout(manifest);
    this.#buffers = new PieceBuffers(this.#layout);
    this.#spare = new PieceBuffers(this.#layout);
    this.#passed.promise.catch(() => undefined);
  }

  /**
   * Begins to pass a file on, after the pieces that the output got from other sources.
   *
   * @param isProven whether the whole manifest must be there first, since a certain root is wanted
   * @throws TransferError `wrong-content` if those were other pieces; what the manifest throws
   */
  static async begin(
    manifest: RemoteManifest,
    output: OrderedOutput,
    isProven: boolean,
  ): Promise<StreamedFile> {
    await output.check(manifest);
    if (isProven) await manifest.whole;
    const file = new StreamedFile(manifest, output);
    file.#continue();
    return file;
  }

  /** Resolves when the output has got the whole file, rejects if it fails. */
  get passed(): Promise<undefined> {
    return this.#passed.promise;
  }

  /** Resolves when the output gets nothing more for now. */
  get idle(): Promise<void> {
    return this.#passing;
  }

  get limit(): number {
    const window = Math.ceil(windowBytes / this.#manifest.pieceLength);
    return this.#output.pieces + Math.max(2, window);
  }

  write(bytes: Uint8Array, position: number): Promise<void> {
    return this.#buffers.write(bytes, position);
  }

  spare(): Promise<PieceFile> {
    const spare = this.#spare;
    return Promise.resolve({
      resumed: false,
      write: (bytes, position) => spare.write(bytes, position),
      spare: () => this.spare(),
      copyTo: (to, part) => spare.copyTo(to, part),
      discard: () => Promise.resolve(),
    });
  }

  copyTo(to: PieceFile, part: Part): Promise<void> {
    return this.#buffers.copyTo(to, part);
  }

  /** What is in memory goes with the last reference to it. */
  discard(): Promise<void> {
    return Promise.resolve();
  }

  verified(piece: number): void {
    this.#verified.add(piece);
    this.#continue();
  }

  #continue(): void {
    if (this.#isPassing) return;
    this.#isPassing = true;
    this.#passing = this.#passAll().catch((error: unknown) => {
      this.#passed.reject(error);
    });
  }

  async #passAll(): Promise<void> {
    if (this.#layout.count === 0) await this.#output.pass(new Uint8Array(), new Uint8Array());
    for (let next = this.#output.pieces; this.#verified.delete(next); next += 1) {
      const digest = await this.#manifest.digest(next);
      await this.#output.pass(this.#buffers.read(next), digest);
      for (const buffers of [this.#buffers, this.#spare]) buffers.dropTo(next);
      this.onGrown?.();
    }
    this.#isPassing = false;
    if (this.#output.pieces >= this.#layout.count) this.#passed.resolve(undefined);
  }
}
