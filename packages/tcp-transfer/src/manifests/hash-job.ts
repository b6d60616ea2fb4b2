import { digestBytes, pieceCount } from '@peerlane/protocol';
import { deferred } from '../async.ts';
import type { ManifestCache } from './manifest-cache.ts';
import { timeToSettle } from '../sharing/file-identity.ts';
import type { HashQueue, QueuedFile } from './hash-queue.ts';
import { withRoot, type KnownManifest } from './known-manifest.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { SharedFile } from '../sharing/served-files.ts';
import { TransferError } from '../transfer-error.ts';

/** A file is large that has more bytes. A piece is never larger. */
export const largeFile: number = 16 * 1024 * 1024;

/** Who asks for the manifest of a file, with an open file of their own. */
export interface Asker {
  readonly file: SharedFile;
  /** Whether nobody waits for it. */
  readonly background: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onPiece?: ((index: number, digest: Uint8Array) => void) | undefined;
}

interface Joined extends Asker {
  /** How many pieces it was told of. */
  told: number;
  /** How many pieces are being read through its file. */
  uses: number;
  readonly resolve: (known: KnownManifest) => void;
  readonly reject: (reason: unknown) => void;
}

/** What a job needs. */
export interface HashJobOptions {
  readonly file: SharedFile;
  readonly pieceLength: number;
  readonly cache: ManifestCache;
  readonly hasher: PieceHasher;
  readonly queue: HashQueue;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
  /** It was hashed; `settled`: what is written to the file from now on gives it another identity. */
  readonly onHashed: (known: KnownManifest, settled: boolean) => void;
  /** It is over: who asks from now on needs another job. */
  readonly onEnd: () => void;
}

/**
 * Makes the manifest of one file, for all who ask for it meanwhile. Each piece is read through the
 * file of somebody who still asks; who leaves is let go when their file is no longer read.
 */
export class HashJob implements QueuedFile {
  readonly large: boolean;
  readonly #options: HashJobOptions;
  readonly #askers = new Set<Joined>();
  readonly #pieces: number;
  readonly #arrived: Uint8Array;
  #digests: Uint8Array;
  /** The pieces before this one are known. */
  #done = 0;
  #next = 0;
  #stopped = false;

  constructor(options: HashJobOptions) {
    const { size } = options.file;
    this.#options = options;
    this.large = size > largeFile;
    this.#pieces = pieceCount(size, options.pieceLength);
    this.#arrived = new Uint8Array(this.#pieces);
    this.#digests = new Uint8Array(this.#pieces * digestBytes);
  }

  /** Whether nobody waits for it. */
  get background(): boolean {
    return [...this.#askers].every(({ background }) => background);
  }

  /** Gives the manifest to one more, when it is there. The first one starts the job. */
  join(asker: Asker): Promise<KnownManifest> {
    const { promise, resolve, reject } = deferred<KnownManifest>();
    const joined: Joined = { ...asker, told: 0, uses: 0, resolve, reject };
    const onAbort = (): void => {
      this.#leave(joined);
    };
    asker.signal?.addEventListener('abort', onAbort, { once: true });
    const isFirst = this.#next === 0 && this.#askers.size === 0;
    this.#askers.add(joined);
    this.#options.queue.changed();
    this.#tell();
    if (isFirst) void this.#run();
    return promise.finally(() => asker.signal?.removeEventListener('abort', onAbort));
  }

  #leave(asker: Joined): void {
    this.#askers.delete(asker);
    if (asker.uses === 0) asker.reject(asker.signal?.reason);
    if (this.#askers.size > 0) {
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
        this.#tell();
      }
      const known = kept ?? (await this.#hash());
      this.#end();
      for (const { resolve } of this.#askers) resolve(known);
    } catch (error) {
      this.#end();
      for (const { reject } of this.#askers) reject(error);
    }
  }

  async #hash(): Promise<KnownManifest> {
    const { file, hasher, queue, now, onHashed, pieceLength } = this.#options;
    await queue.wait(this);
    const settled = timeToSettle(file.identity, now()) === 0;
    const lanes = Array.from({ length: hasher.threads }, () => this.#hashPieces());
    for (const lane of await Promise.allSettled(lanes))
      if (lane.status === 'rejected') throw lane.reason;
    if (!(await this.#use((current) => current.unchanged())))
      throw new TransferError('changed', 'the file changed while it was hashed');
    const known = await withRoot({ size: file.size, pieceLength, digests: this.#digests });
    onHashed(known, settled);
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
      this.#tell();
    }
  }

  /** Does something with the file of somebody who asks, which stays open until it is done. */
  async #use<T>(work: (file: SharedFile) => Promise<T>): Promise<T> {
    const [asker] = this.#askers;
    if (!asker) throw new Error('nobody asks for the manifest any more');
    asker.uses += 1;
    try {
      return await work(asker.file);
    } finally {
      asker.uses -= 1;
      if (asker.uses === 0 && !this.#askers.has(asker)) asker.reject(asker.signal?.reason);
    }
  }

  #tell(): void {
    for (const asker of this.#askers) {
      for (; asker.told < this.#done; asker.told += 1) {
        const start = asker.told * digestBytes;
        asker.onPiece?.(asker.told, this.#digests.subarray(start, start + digestBytes));
      }
    }
  }
}
