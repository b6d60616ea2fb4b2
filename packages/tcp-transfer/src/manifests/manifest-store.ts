import { stat } from 'node:fs/promises';
import { digestBytes, pieceLengthFor } from '@peerlane/protocol';
import { systemClock, type Clock } from '../clock.ts';
import type { ManifestCache } from './manifest-cache.ts';
import { identityText, timeToSettle } from '../sharing/file-identity.ts';
import { HashJob, type Asker } from './hash-job.ts';
import { HashQueue } from './hash-queue.ts';
import type { KnownManifest } from './known-manifest.ts';
import { ManifestLru } from './manifest-lru.ts';
import { pause } from '../async.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { SharedFile } from '../sharing/served-files.ts';
import { isWritten, type WrittenFile } from '../storage/written-file.ts';

/** What manifests are made with. It stays with who gave it, who closes it. */
export interface ManifestStoreOptions {
  readonly cache: ManifestCache;
  readonly hasher: PieceHasher;
  /**
   * The time of day, in milliseconds since 1970.
   * @default that of this machine
   */
  readonly now?: () => number;
  /** @default the time of this machine */
  readonly clock?: Clock;
}

/** How a manifest is asked for. */
export interface ManifestRequest {
  readonly signal?: AbortSignal;
  /**
   * Is called with each piece's digest, in order, as soon as it is known. The digest is not to be
   * changed. Must not throw.
   */
  readonly onPiece?: (index: number, digest: Uint8Array) => void;
}

/** A file that was downloaded and verified. */
export interface LearnedFile extends KnownManifest {
  readonly path: string;
  /** What was written, if the file was not there before. */
  readonly written?: WrittenFile;
}

/** How much memory is for manifests that may soon be wrong, in bytes. */
const maxYoung = 8 * 1024 * 1024;

/** How many files stay open for nobody but who may come again. */
const maxUnawaited = 16;

/**
 * The manifests of files: remembered, or made by hashing.
 *
 * What is written to a file just after another write may leave its time of change as it was. So the
 * manifest of a file that was under two seconds old when its hashing began goes to no disk, and is
 * made anew for whoever asks for it; in memory it is known until then.
 *
 * @see docs/protocol.md, "Manifest"
 */
export class ManifestStore {
  readonly #options: Required<ManifestStoreOptions>;
  readonly #young = new ManifestLru(maxYoung);
  readonly #jobs = new Map<string, HashJob>();
  readonly #queue = new HashQueue();
  /** Files that are hashed to the end though nobody waits for them any more. */
  readonly #unawaited = new Set<string>();

  constructor(options: ManifestStoreOptions) {
    this.#options = { now: Date.now, clock: systemClock, ...options };
  }

  /** The manifest of a file if it is in memory; no disk is asked. */
  known(file: Pick<SharedFile, 'identity'>): KnownManifest | undefined {
    return (
      this.#options.cache.recall(file.identity) ?? this.#young.get(identityText(file.identity))
    );
  }

  /** The manifest of a file if it is in memory or on the disk: nothing is hashed. */
  async recall(file: Pick<SharedFile, 'identity'>): Promise<KnownManifest | undefined> {
    return this.known(file) ?? (await this.#options.cache.load(file.identity));
  }

  /**
   * Remembers the manifest of a file that was downloaded just now, unless another file has taken its
   * name since.
   *
   * @throws the system's error where there is no such file
   */
  async learn({ path, root, manifest, written }: LearnedFile): Promise<void> {
    const now = await stat(path, { bigint: true });
    if (written && isWritten(written, now)) this.#young.set(identityText(now), { root, manifest });
  }

  /**
   * The manifest of a file, which must stay open until the promise settles; `undefined` where it is
   * too large for one. A file is hashed once for all who ask for it at the same time, and two large
   * files at a time.
   *
   * @throws TransferError `changed` where the file changed meanwhile; the system's error where it
   * cannot be read; the reason of an aborted `signal`; Error where the hasher was closed
   */
  of(file: SharedFile, request: ManifestRequest = {}): Promise<KnownManifest | undefined> {
    return this.#ask({ ...request, file, background: false });
  }

  /**
   * Sees to it that the manifest of a file is known, when there is nothing else to hash. The file
   * must stay open until the promise resolves: when that is done, or could not be.
   */
  async warm(file: SharedFile, signal?: AbortSignal): Promise<void> {
    const { cache, clock, now } = this.#options;
    if (!cache.recall(file.identity))
      await pause(clock, timeToSettle(file.identity, now()), signal);
    await this.#ask({ file, background: true, signal }).catch(() => undefined);
  }

  /**
   * Sees to it that a file for which somebody has ceased to wait is hashed to the end, when there is
   * nothing else to hash. The file must stay open until the promise resolves: at once where another
   * open file serves for that, or too many wait already.
   */
  async finish(file: SharedFile): Promise<void> {
    const key = identityText(file.identity);
    if (this.#unawaited.has(key) || this.#unawaited.size === maxUnawaited) return;
    this.#unawaited.add(key);
    await this.#ask({ file, background: true }).catch(() => undefined);
    this.#unawaited.delete(key);
  }

  async #ask(asker: Asker): Promise<KnownManifest | undefined> {
    const { file, signal, onPiece } = asker;
    signal?.throwIfAborted();
    const pieceLength = pieceLengthFor(file.size);
    if (pieceLength === undefined) return undefined;
    const kept = this.#options.cache.recall(file.identity);
    if (!kept) return this.#jobFor(file, pieceLength).join(asker);
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
    const onHashed = (known: KnownManifest, settled: boolean): void => {
      if (settled) cache.keep(file.identity, known);
      else this.#young.set(key, known);
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
