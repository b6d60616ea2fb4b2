// Hashes one file for everyone who requests its manifest meanwhile.
import { digestBytes, pieceCount } from '@peerlane/protocol';
import { deferred } from '../async.ts';
import type { ManifestCache } from './manifest-cache.ts';
import { timeUntilDistinct } from '../sharing/file-identity.ts';
import type { HashQueue, QueuedFile } from './hash-queue.ts';
import { withRoot, type KnownManifest } from './known-manifest.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { SharedFile } from '../sharing/served-files.ts';
import { TransferError } from '../transfer-error.ts';

/** Above this size a file counts as large, in bytes. No piece is larger. */
export const largeFileSize: number = 16 * 1024 * 1024;

/** A request for the manifest of a file, which has opened the file itself. */
export interface HashRequest {
  readonly file: SharedFile;
  /** Whether nobody waits for the manifest. */
  readonly background: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onPiece?: ((index: number, digest: Uint8Array) => void) | undefined;
}

interface Joined extends HashRequest {
  /** For how many pieces `onPiece` was called. */
  reported: number;
  /** How many pieces are being read through its file. */
  uses: number;
  readonly resolve: (known: KnownManifest) => void;
  readonly reject: (reason: unknown) => void;
}

/** The file, the tools and the callbacks of a hash job. */
export interface HashJobOptions {
  readonly file: SharedFile;
  readonly pieceLength: number;
  readonly cache: ManifestCache;
  readonly hasher: PieceHasher;
  readonly queue: HashQueue;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
  /**
   * Is called when the file is hashed. `isDistinct` says whether any write since the hashing began has
   * given the file another identity.
   */
  readonly onHashed: (known: KnownManifest, isDistinct: boolean) => void;
  /** Is called when the job is over: a later request needs another job. */
  readonly onEnd: () => void;
}

/**
 * Makes the manifest of one file for all requests that join meanwhile. Each piece is read through the
 * open file of a request that still waits; a request that is aborted is rejected when its file is no
 * longer being read.
 */
export class HashJob implements QueuedFile {
  readonly large: boolean;
  readonly #options: HashJobOptions;
  readonly #requests = new Set<Joined>();
  readonly #pieces: number;
  readonly #arrived: Uint8Array;
  #digests: Uint8Array;
  /** All pieces before this one are hashed. */
  #done = 0;
  #next = 0;
  #stopped = false;

  constructor(options: HashJobOptions) {
    const { size } = options.file;
    this.#options = options;
    this.large = size > largeFileSize;
    this.#pieces = pieceCount(size, options.pieceLength);
    this.#arrived = new Uint8Array(this.#pieces);
    this.#digests = new Uint8Array(this.#pieces * digestBytes);
  }

  /** Whether nobody waits for the manifest. */
  get background(): boolean {
    return [...this.#requests].every(({ background }) => background);
  }

  /** Adds a request, which gets the manifest when it is made. The first one starts the job. */
  join(request: HashRequest): Promise<KnownManifest> {
    const { promise, resolve, reject } = deferred<KnownManifest>();
    const joined: Joined = { ...request, reported: 0, uses: 0, resolve, reject };
    const onAbort = (): void => {
      this.#leave(joined);
    };
    request.signal?.addEventListener('abort', onAbort, { once: true });
    const isFirst = this.#next === 0 && this.#requests.size === 0;
    this.#requests.add(joined);
    this.#options.queue.changed();
    this.#report();
    if (isFirst) void this.#run();
    return promise.finally(() => request.signal?.removeEventListener('abort', onAbort));
  }

  #leave(request: Joined): void {
    this.#requests.delete(request);
    if (request.uses === 0) request.reject(request.signal?.reason);
    if (this.#requests.size > 0) {
      this.#options.queue.changed();
      return;
    }
    this.#stopped = true;
    this.#end();
  }

  #end(): void {
    this.#options.queue.remove(this);
    this.#options.onEnd();
  }

  async #run(): Promise<void> {
    const { file, cache, queue } = this.#options;
    queue.add(this);
    try {
      const kept = await cache.load(file.identity);
      if (kept) {
        this.#digests = kept.manifest.digests;
        this.#done = this.#pieces;
        this.#report();
      }
      const known = kept ?? (await this.#hash());
      this.#end();
      for (const { resolve } of this.#requests) resolve(known);
    } catch (error) {
      this.#end();
      for (const { reject } of this.#requests) reject(error);
    }
  }

  async #hash(): Promise<KnownManifest> {
    const { file, hasher, queue, now, onHashed, pieceLength } = this.#options;
    await queue.wait(this);
    const isDistinct = timeUntilDistinct(file.identity, now()) === 0;
    const lanes = Array.from({ length: hasher.threads }, () => this.#hashPieces());
    for (const lane of await Promise.allSettled(lanes))
      if (lane.status === 'rejected') throw lane.reason;
    if (!(await this.#use((current) => current.unchanged())))
      throw new TransferError('changed', 'the file changed while it was hashed');
    const known = await withRoot({ size: file.size, pieceLength, digests: this.#digests });
    onHashed(known, isDistinct);
    return known;
  }

  /** Hashes pieces, one after the other, until there is none left. */
  async #hashPieces(): Promise<void> {
    const { file, hasher, queue, pieceLength } = this.#options;
    for (;;) {
      await queue.wait(this);
      if (this.#stopped || this.#next === this.#pieces) return;
      const index = this.#next++;
      const offset = index * pieceLength;
      const length = Math.min(pieceLength, file.size - offset);
      try {
        const digest = await this.#use(({ handle }) => hasher.hash(handle.fd, offset, length));
        this.#digests.set(digest, index * digestBytes);
      } catch (error) {
        this.#stopped = true;
        throw error;
      }
      this.#arrived[index] = 1;
      while (this.#arrived[this.#done] === 1) this.#done += 1;
      this.#report();
    }
  }

  /** Works with the open file of a waiting request, which stays open until the work is done. */
  async #use<T>(work: (file: SharedFile) => Promise<T>): Promise<T> {
    const [request] = this.#requests;
    if (!request) throw new Error('nobody waits for the manifest any more');
    request.uses += 1;
    try {
      return await work(request.file);
    } finally {
      request.uses -= 1;
      if (request.uses === 0 && !this.#requests.has(request))
        request.reject(request.signal?.reason);
    }
  }

  #report(): void {
    for (const request of this.#requests) {
      for (; request.reported < this.#done; request.reported += 1) {
        const start = request.reported * digestBytes;
        request.onPiece?.(request.reported, this.#digests.subarray(start, start + digestBytes));
      }
    }
  }
}
