// Gives out the manifests of files: remembered ones at once, others when they have been hashed.
import { stat } from 'node:fs/promises';
import { digestBytes, pieceLengthFor } from '@peerlane/protocol';
import { systemClock, type Clock } from '../clock.ts';
import type { ManifestCache } from './manifest-cache.ts';
import { identityText, timeUntilDistinct } from '../sharing/file-identity.ts';
import { HashJob, type HashRequest } from './hash-job.ts';
import { HashQueue } from './hash-queue.ts';
import type { KnownManifest } from './known-manifest.ts';
import { ManifestLru } from './manifest-lru.ts';
import { pause } from '../async.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { SharedFile } from '../sharing/served-files.ts';
import { isWritten, type WrittenFile } from '../paths/written-file.ts';

/** The cache and the hasher of a manifest store. The caller closes the hasher. */
export interface ManifestStoreOptions {
  readonly cache: ManifestCache;
  readonly hasher: PieceHasher;
  /**
   * The time of day, in milliseconds since 1970.
   * @default the clock of this machine
   */
  readonly now?: () => number;
  /** @default the clock of this machine */
  readonly clock?: Clock;
}

/** How a manifest is requested. */
export interface ManifestRequest {
  /** Aborted when the manifest is no longer wanted. */
  readonly signal?: AbortSignal;
  /**
   * Is called with the digest of each piece, in order, as soon as it is known. The digest must not be
   * changed. Must not throw.
   */
  readonly onPiece?: (index: number, digest: Uint8Array) => void;
}

/** A file that was downloaded and verified. */
export interface LearnedFile extends KnownManifest {
  readonly path: string;
  /** The state of the written file, if the file was not there before. */
  readonly written?: WrittenFile;
}

/** How much memory manifests of recently changed files may use, in bytes. */
const maxRecentBytes = 8 * 1024 * 1024;

/** How many files may stay open to be hashed when no client waits for them any more. */
const maxUnawaited = 16;

/**
 * The manifests of files: remembered, or made by hashing.
 *
 * A write to a file just after another write may leave its time of change as it was. Therefore, if a file was
 * changed less than two seconds before its hashing began, its manifest is not kept on the disk, and
 * is made anew at the next request; until then `known` returns it from memory.
 *
 * @see docs/protocol.md, "Manifest"
 */
export class ManifestStore {
  readonly #options: Required<ManifestStoreOptions>;
  readonly #recent = new ManifestLru(maxRecentBytes);
  readonly #jobs = new Map<string, HashJob>();
  readonly #queue = new HashQueue();
  /** The files that are hashed to the end although no client waits for them any more. */
  readonly #unawaited = new Set<string>();

  constructor(options: ManifestStoreOptions) {
    this.#options = { now: Date.now, clock: systemClock, ...options };
  }

  /** The hasher that it was given. */
  get hasher(): PieceHasher {
    return this.#options.hasher;
  }

  /** The manifest of a file, if it is in memory. */
  known(file: Pick<SharedFile, 'identity'>): KnownManifest | undefined {
    return (
      this.#options.cache.recall(file.identity) ?? this.#recent.get(identityText(file.identity))
    );
  }

  /** The manifest of a file, if it is in memory or on the disk. Nothing is hashed. */
  async recall(file: Pick<SharedFile, 'identity'>): Promise<KnownManifest | undefined> {
    return this.known(file) ?? (await this.#options.cache.load(file.identity));
  }

  /**
   * Remembers the manifest of a file that was downloaded just now, unless another file has taken its
   * name since.
   *
   * @throws the system's error if there is no such file
   */
  async learn({ path, root, manifest, written }: LearnedFile): Promise<void> {
    const now = await stat(path, { bigint: true });
    if (written && isWritten(written, now)) this.#recent.set(identityText(now), { root, manifest });
  }

  /**
   * The manifest of a file, which must stay open until the promise is resolved or rejected;
   * `undefined` if the file is too large for one. Requests at the same time share the hashing of a
   * file, and at most two large files are hashed at a time.
   *
   * @throws TransferError `changed` if the file changed meanwhile; the system's error if it cannot be
   * read; the reason of an aborted `signal`; Error if the hasher was closed
   */
  of(file: SharedFile, request: ManifestRequest = {}): Promise<KnownManifest | undefined> {
    return this.#ask({ ...request, file, background: false });
  }

  /**
   * Checks a piece of a file that somebody found to be wrong. If the digest of it is not that of what the
   * file holds now, the manifest is forgotten: the file was written to without another identity.
   *
   * @throws TransferError `changed` if the file cannot be read; Error if the hasher was closed
   */
  async recheck(file: SharedFile, piece: number): Promise<void> {
    const { cache, hasher } = this.#options;
    const known = await this.recall(file);
    if (!known || piece >= known.manifest.digests.length / digestBytes) return;
    const { pieceLength, digests } = known.manifest;
    const offset = piece * pieceLength;
    const length = Math.min(pieceLength, file.size - offset);
    const digest = await hasher.hash(file.handle.fd, offset, length);
    const start = piece * digestBytes;
    if (Buffer.compare(digest, digests.subarray(start, start + digestBytes)) === 0) return;
    this.#recent.delete(identityText(file.identity));
    await cache.forget(file.identity);
  }

  /**
   * Makes the manifest of a file when there is nothing else to hash. The file must stay open until the
   * promise resolves, which it does also if the manifest could not be made.
   */
  async warm(file: SharedFile, signal?: AbortSignal): Promise<void> {
    const { cache, clock, now } = this.#options;
    if (!cache.recall(file.identity))
      await pause(clock, timeUntilDistinct(file.identity, now()), signal);
    await this.#ask({ file, background: true, signal }).catch(() => undefined);
  }

  /**
   * Hashes a file to the end although its client has ceased to wait, when there is nothing else to
   * hash. The file must stay open until the promise resolves, which it does at once if the same file
   * is being hashed so already, or too many others are.
   */
  async finish(file: SharedFile): Promise<void> {
    const key = identityText(file.identity);
    if (this.#unawaited.has(key) || this.#unawaited.size === maxUnawaited) return;
    this.#unawaited.add(key);
    await this.#ask({ file, background: true }).catch(() => undefined);
    this.#unawaited.delete(key);
  }

  async #ask(request: HashRequest): Promise<KnownManifest | undefined> {
    const { file, signal, onPiece } = request;
    signal?.throwIfAborted();
    const pieceLength = pieceLengthFor(file.size);
    if (pieceLength === undefined) return undefined;
    const kept = this.#options.cache.recall(file.identity);
    if (!kept) return this.#jobFor(file, pieceLength).join(request);
    const { digests } = kept.manifest;
    for (let at = 0; at < digests.length; at += digestBytes)
      onPiece?.(at / digestBytes, digests.subarray(at, at + digestBytes));
    return kept;
  }

  #jobFor(file: SharedFile, pieceLength: number): HashJob {
    const { cache, hasher, now } = this.#options;
    const key = identityText(file.identity);
    const running = this.#jobs.get(key);
    if (running) return running;
    const onHashed = (known: KnownManifest, isDistinct: boolean): void => {
      if (isDistinct) cache.keep(file.identity, known);
      else this.#recent.set(key, known);
    };
    const onEnd = (): void => {
      if (this.#jobs.get(key) === job) this.#jobs.delete(key);
    };
    const queue = this.#queue;
    const job = new HashJob({ file, pieceLength, cache, hasher, queue, now, onHashed, onEnd });
    this.#jobs.set(key, job);
    return job;
  }
}
