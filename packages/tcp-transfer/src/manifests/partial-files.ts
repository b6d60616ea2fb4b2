// The files that are being downloaded and served at the same time: of each, the pieces that are verified.
import type { FileHandle } from 'node:fs/promises';
import { pieceCount } from '@peerlane/protocol';
import { systemClock, type Clock, type Timer } from '../clock.ts';
import type { KnownManifest } from './known-manifest.ts';

/** How many files are served while they are downloaded: each has a descriptor. */
const maxFiles = 64;

/** How long a file is served after its download has ended, in milliseconds: others may still get it. */
const lingerTime = 60_000;

/** A file of which some pieces are there and verified. */
export class PartialFile {
  readonly known: KnownManifest;
  readonly handle: FileHandle;
  /** How many pieces it has in all. */
  readonly count: number;
  readonly #pieces = new Set<number>();

  constructor(known: KnownManifest, handle: FileHandle) {
    const { size, pieceLength } = known.manifest;
    this.known = known;
    this.handle = handle;
    this.count = pieceCount(size, pieceLength);
  }

  /** The pieces that are there. */
  get pieces(): Iterable<number> {
    return this.#pieces;
  }

  /** A piece is there, and verified. */
  add(piece: number): void {
    this.#pieces.add(piece);
  }

  /** Whether a part of the file is there, from an offset to an end in bytes. */
  readonly hasPart = (offset: number, end: number): boolean => {
    const { size, pieceLength } = this.known.manifest;
    if (end > size) return false;
    for (let piece = Math.floor(offset / pieceLength); piece * pieceLength < end; piece += 1)
      if (!this.#pieces.has(piece)) return false;
    return true;
  };
}

/** Files by their roots that are served while they come. */
export class PartialFiles {
  readonly #clock: Clock;
  readonly #files = new Map<string, PartialFile>();
  /** The files whose downloads have ended, with what ends their service. */
  readonly #lingering = new Map<PartialFile, Timer>();
  #isClosed = false;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** The file with a root; `undefined` if none is being downloaded. */
  find(root: string): PartialFile | undefined {
    return this.#files.get(root);
  }

  /**
   * Begins to serve a file, as far as its pieces are told by {@link PartialFile.add}.
   *
   * @param open opens the file for reading; it is closed here
   * @returns `undefined` if the content is served already, or too many files are, or this was closed
   */
  async add(
    known: KnownManifest,
    open: () => Promise<FileHandle>,
  ): Promise<PartialFile | undefined> {
    if (!this.#hasRoomFor(known.root)) return undefined;
    const handle = await open();
    // Another download of the same may have begun meanwhile.
    if (!this.#hasRoomFor(known.root)) {
      await handle.close();
      return undefined;
    }
    const file = new PartialFile(known, handle);
    this.#files.set(known.root, file);
    return file;
  }

  /** The download has ended. One that is complete is served a while longer. */
  async end(file: PartialFile, isComplete: boolean): Promise<void> {
    if (!isComplete || this.#isClosed) await this.#remove(file);
    else
      this.#lingering.set(
        file,
        this.#clock.schedule(() => void this.#remove(file), lingerTime),
      );
  }

  /** Serves nothing any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#files.values()].map((file) => this.#remove(file)));
  }

  #hasRoomFor(root: string): boolean {
    if (this.#isClosed) return false;
    const before = this.#files.get(root);
    if (before && !this.#lingering.has(before)) return false;
    const oldest = before ?? (this.#files.size >= maxFiles && [...this.#lingering.keys()][0]);
    if (oldest) void this.#remove(oldest);
    return this.#files.size < maxFiles;
  }

  async #remove(file: PartialFile): Promise<void> {
    this.#lingering.get(file)?.cancel();
    this.#lingering.delete(file);
    if (this.#files.get(file.known.root) === file) this.#files.delete(file.known.root);
    // A request that reads it now fails, and its client asks another source.
    await file.handle.close();
  }
}
