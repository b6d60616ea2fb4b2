import { checkFileName, type Manifest } from '@peerlane/protocol';
import { checkFolder } from './check-folder.ts';
import { systemClock } from './clock.ts';
import { deferred } from './deferred.ts';
import type { Download, DownloadProgress } from './download.ts';
import { follow, type Lead } from './lead.ts';
import { isDiskError, onDisk } from './on-disk.ts';
import { pause } from './pause.ts';
import { PeerConnection, type PeerConnectionOptions } from './peer-connection.ts';
import { PieceFile } from './piece-file.ts';
import type { PieceHasher } from './piece-hasher.ts';
import type { Existing } from './place-file.ts';
import { rateLimit, type RateLimit } from './rate-limit.ts';
import { ResumableFile } from './resumable-file.ts';
import { Swarm, type Source } from './swarm.ts';
import { TargetFolder } from './target-folder.ts';
import { TransferError } from './transfer-error.ts';

/** What is to be downloaded, from whom, and into which folder. */
export interface VerifiedDownloadOptions extends PeerConnectionOptions {
  /** Who may have the file, all speaking version 2; more may come while it is downloaded. */
  readonly sources: AsyncIterable<Source>;
  /** The file's name, under which it is asked for and saved. */
  readonly filename: string;
  /** The folder that the file is written to. */
  readonly into: string;
  /**
   * Which content is wanted: 64 hex digits.
   * @default that of the first source
   */
  readonly root?: string | undefined;
  /** What hashes the pieces. */
  readonly hasher: PieceHasher;
  /**
   * Whether the file is on the disk itself when it gets its name.
   * @default true
   */
  readonly sync?: boolean;
  /**
   * What is done where another file has the name already.
   * @default 'rename'
   */
  readonly existing?: Existing | undefined;
  /**
   * How much is received at most, from all sources together, in bytes per second.
   * @default as much as comes
   */
  readonly limitRate?: number | undefined;
  /** Called as pieces are there and right. */
  readonly onProgress?: ((progress: VerifiedProgress) => void) | undefined;
  /** Called where a source is asked no more, and why. */
  readonly onLost?: ((source: Source, error: Error) => void) | undefined;
  /** Called where a source has other content under the name: it is left alone. */
  readonly onOther?: ((source: Source) => void) | undefined;
}

/** How far a download is. */
export interface VerifiedProgress extends DownloadProgress {
  /** How many sources it comes from. */
  readonly sources: number;
}

/** A file that was downloaded and verified. */
export interface VerifiedDownload extends Download {
  /** 64 hex digits. */
  readonly root: string;
  readonly manifest: Manifest;
}

/**
 * Downloads one file from all who have it, each piece verified. What is broken off goes on later with
 * the pieces that are there.
 *
 * @throws ProtocolError `bad-file-name`; RangeError for limits that make no sense; TransferError: that
 * of the last source where all have failed, `no-file` where there was none, `no-space`, `disk`; the
 * reason of an aborted `signal`
 * @see docs/protocol.md, "Version 2"
 */
export async function downloadVerified(
  options: VerifiedDownloadOptions,
): Promise<VerifiedDownload> {
  const { filename, into, signal } = options;
  checkFileName(filename);
  signal?.throwIfAborted();
  await checkFolder(into);
  const download = new VerifiedDownloading(options);
  try {
    return await download.run();
  } finally {
    await download.close();
  }
}

/** How long another source is waited for where the first says that there will be too much, in milliseconds. */
const patience = 1000;

class VerifiedDownloading {
  readonly #options: VerifiedDownloadOptions;
  readonly #limit: RateLimit | undefined;
  readonly #sources: AsyncIterator<Source>;
  readonly #folder: TargetFolder;
  readonly #aborted = deferred<never>();
  /** Who was told of: there may be two connections to a source, and both break. */
  readonly #givenUp = new WeakSet<Source>();
  #lastFailure: Error | undefined;

  constructor(options: VerifiedDownloadOptions) {
    const { limitRate, clock = systemClock } = options;
    this.#options = options;
    this.#limit = rateLimit(limitRate, clock);
    this.#sources = options.sources[Symbol.asyncIterator]();
    this.#folder = TargetFolder.acquire(options.into);
    this.#aborted.promise.catch(() => undefined);
    options.signal?.addEventListener('abort', this.#abort);
    if (options.signal?.aborted) this.#abort();
  }

  /** One source after the other takes the lead, until the file is there. */
  async run(): Promise<VerifiedDownload> {
    for (;;) {
      const source = await this.#nextLead();
      if (!source) throw this.#lastFailure ?? new TransferError('no-file', 'nobody has the file');
      try {
        const { filename, root } = this.#options;
        const lead = await follow(source, await this.#connect(source), filename, root);
        const download = await this.#fetch(lead).finally(() => {
          lead.connection.close();
        });
        if (download) return download;
      } catch (error) {
        this.#options.signal?.throwIfAborted();
        if (isDiskError(error)) throw error;
        this.#lost(source, error as Error);
      }
    }
  }

  async close(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#abort);
    // Who looks for sources has nothing more to say.
    this.#sources.return?.().catch(() => undefined);
    await this.#folder.release();
  }

  /** Who leads next. Where the disk has no room, hardly anybody will say another size. */
  async #nextLead(): Promise<Source | undefined> {
    const { clock = systemClock } = this.#options;
    if (!isDiskError(this.#lastFailure)) return this.#nextSource();
    const found = new AbortController();
    try {
      const late = pause(clock, patience, found.signal).then(() => undefined);
      return await Promise.race([this.#nextSource(), late]);
    } finally {
      found.abort();
    }
  }

  /** The next that may have the wanted content. */
  async #nextSource(wanted: string | undefined = this.#options.root): Promise<Source | undefined> {
    for (;;) {
      const next = await Promise.race([this.#sources.next(), this.#aborted.promise]);
      if (next.done) return undefined;
      // Who comes once more has another try.
      this.#givenUp.delete(next.value);
      const { root } = next.value;
      if (!wanted || !root || root === wanted) return next.value;
      this.#options.onOther?.(next.value);
    }
  }

  /** Fetches the file with a lead and all who come. `undefined` where they all failed. */
  async #fetch(lead: Lead): Promise<VerifiedDownload | undefined> {
    const { filename, hasher, signal, clock = systemClock, sync = true } = this.#options;
    const { manifest } = lead;
    const { size } = manifest;
    const { key } = lead;
    const file = await this.#onDisk(
      ResumableFile.open({ folder: this.#folder, size, sync, key }),
    ).catch((error: unknown) => {
      // The size is what this source says: another may say less.
      if (!TransferError.is(error) || error.code !== 'no-space') throw error;
      this.#lost(lead.source, error);
    });
    if (!file) return undefined;
    const pieces = new PieceFile(file, manifest, hasher);
    try {
      const swarm = new Swarm({
        filename,
        manifest,
        file: pieces,
        hasher,
        resumed: file.resumed,
        clock,
        connect: (source) => this.#connect(source),
        onDisk: (work) => this.#onDisk(work),
        onLost: (source, error) => {
          this.#lost(source, error);
        },
        onVerified: (received, sources) => this.#options.onProgress?.({ received, size, sources }),
      });
      this.#aborted.promise.catch((reason: unknown) => {
        swarm.stop(reason as Error);
      });
      await this.#gather(swarm, lead, file).finally(() => swarm.close());
      signal?.throwIfAborted();
      if (swarm.failure) throw swarm.failure;
      if (!swarm.isComplete) return undefined;
      const known = await manifest.whole;
      const placing = { name: filename, existing: this.#options.existing, signal };
      const saved = await this.#onDisk(file.complete(placing, swarm.mtime));
      return { ...saved, size, ...known };
    } finally {
      await file.close();
    }
  }

  /** All who have the file join, those too who come later; until it is whole or nobody is left. */
  async #gather(swarm: Swarm, lead: Lead, file: ResumableFile): Promise<void> {
    const { manifest, source, connection } = lead;
    const atWork = new Set<Promise<void>>();
    const add = (work: Promise<void>): void => {
      const tracked = work.finally(() => atWork.delete(tracked));
      atWork.add(tracked);
    };
    const others = async (): Promise<void> => {
      const { root } = await manifest.whole;
      swarm.root = root;
      if (manifest.claimedRoot === undefined) await file.rename({ ...lead.key, root });
      // Who looks for sources may give up; those that are there go on.
      const look = (): Promise<Source | undefined> =>
        Promise.race([swarm.over, this.#nextSource(root)]).catch(() => undefined);
      for (let next = await look(); next; next = await look()) add(swarm.join(next));
    };
    if (file.resumed) add(swarm.recheck());
    // While it tells the digests that it makes, it sends the pieces on another connection.
    add(swarm.join(source, manifest.claimedRoot === undefined ? undefined : connection));
    add(
      others().catch((error: unknown) => {
        swarm.stop(error as Error);
      }),
    );
    while (atWork.size > 0) await Promise.race(atWork);
  }

  #connect({ address }: Source): Promise<PeerConnection> {
    return PeerConnection.open(address, this.#options, this.#limit);
  }

  readonly #abort = (): void => {
    this.#aborted.reject(this.#options.signal?.reason);
  };

  #onDisk<T>(work: Promise<T>): Promise<T> {
    return onDisk(this.#options.into, this.#options.signal, work);
  }

  #lost(source: Source, error: Error): void {
    if (this.#options.signal?.aborted) return;
    this.#lastFailure = error;
    if (this.#givenUp.has(source)) return;
    this.#givenUp.add(source);
    this.#options.onLost?.(source, error);
  }
}
