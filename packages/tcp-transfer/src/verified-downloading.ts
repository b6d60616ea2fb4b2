import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { systemClock, type Clock } from './clock.ts';
import { deferred } from './deferred.ts';
import type { DownloadFolder } from './download-folder.ts';
import type { VerifiedDownload, VerifiedDownloadOptions } from './download-verified.ts';
import { follow, type Lead } from './lead.ts';
import { isDiskError, onDisk } from './on-disk.ts';
import { PeerConnection } from './peer-connection.ts';
import { PieceFile } from './piece-file.ts';
import { rateLimit, type RateLimit } from './rate-limit.ts';
import { SourceQueue } from './source-queue.ts';
import type { Source } from './swarm-options.ts';
import { Swarm } from './swarm.ts';
import { TransferError } from './transfer-error.ts';
import { UnfinishedFile } from './unfinished-file.ts';

/** From so many sources a file comes at a time, at most. */
const maxSources = 32;

/** So often a source is asked again that has too much to do. */
const maxBusy = 60;

/** What ends a swarm in which nobody brings anything, where others wait. */
const gaveWay = new Error('others have their turn');

/** One verified download on its way. */
export class VerifiedDownloading {
  readonly #options: VerifiedDownloadOptions;
  readonly #clock: Clock;
  readonly #limit: RateLimit | undefined;
  readonly #queue: SourceQueue;
  readonly #folder: DownloadFolder;
  /** Aborted with the reason of the user's signal. */
  readonly #control = new AbortController();
  readonly #aborted = deferred<never>();
  /** Who was told of: there may be two connections to a source, and both break. */
  readonly #givenUp = new WeakSet<Source>();
  readonly #busy = new Map<Source, number>();
  #lastFailure: Error | undefined;

  /** @param folder stays with who opened it */
  constructor(options: VerifiedDownloadOptions, folder: DownloadFolder) {
    const { limitRate, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#limit = rateLimit(limitRate, clock);
    this.#queue = new SourceQueue(options.sources, clock);
    this.#folder = folder;
    this.#aborted.promise.catch(() => undefined);
    // Each connection listens.
    setMaxListeners(0, this.#control.signal);
    options.signal?.addEventListener('abort', this.#abort);
    if (options.signal?.aborted) this.#abort();
  }

  /** One source after the other takes the lead, until the file is there. */
  async run(): Promise<VerifiedDownload> {
    for (;;) {
      // Where the disk has no room, hardly anybody will say another size.
      const isLast = isDiskError(this.#lastFailure);
      const source = await Promise.race([this.#queue.nextOrAside(isLast), this.#aborted.promise]);
      if (!source) throw this.#lastFailure ?? new TransferError('no-file', 'nobody has the file');
      this.#givenUp.delete(source);
      if (!this.#isWanted(source, this.#options.root)) continue;
      try {
        const { filename, root } = this.#options;
        const connection = await this.#connect(source);
        const lead = await follow(source, connection, filename, root, this.#clock);
        const download = await this.#fetch(lead).finally(() => {
          lead.connection.close();
        });
        if (download) return download;
      } catch (error) {
        this.#options.signal?.throwIfAborted();
        if (isDiskError(error)) throw error;
        if (!this.#asksAgain(source, error)) this.#lost(source, error as Error);
      }
    }
  }

  close(): void {
    this.#options.signal?.removeEventListener('abort', this.#abort);
    this.#queue.close();
  }

  /** Whether a source may have the content. One that has other content may be of use later. */
  #isWanted(source: Source, root: string | undefined): boolean {
    if (root === undefined || source.root === undefined || source.root === root) return true;
    this.#options.onOther?.(source);
    if (this.#options.root === undefined) this.#queue.putAside(source);
    return false;
  }

  /** Whether a source has too much to do, and is asked again. */
  #asksAgain(source: Source, error: unknown): boolean {
    if (!TransferError.is(error) || error.code !== 'busy') return false;
    const times = (this.#busy.get(source) ?? 0) + 1;
    this.#busy.set(source, times);
    if (times < maxBusy) this.#queue.putAside(source);
    return times < maxBusy;
  }

  /** Fetches the file with a lead and all who come. `undefined` where they all failed. */
  async #fetch(lead: Lead): Promise<VerifiedDownload | undefined> {
    const { filename, hasher, signal, sync = true } = this.#options;
    const { manifest } = lead;
    const { size } = manifest;
    const { key } = lead;
    const file = await this.#onDisk(
      UnfinishedFile.open({ folder: this.#folder, size, sync, key }),
    ).catch((error: unknown) => {
      // The size is what this source says: another may say less.
      if (!TransferError.is(error) || error.code !== 'no-space') throw error;
      this.#lost(lead.source, error);
    });
    if (!file) return undefined;
    const pieces = new PieceFile(file, manifest, hasher);
    let swarm: Swarm | undefined;
    try {
      swarm = new Swarm({
        filename,
        manifest,
        file: pieces,
        hasher,
        resumed: file.resumed,
        clock: this.#clock,
        connect: (source) => this.#connect(source),
        onDisk: (work) => this.#onDisk(work),
        onLost: (source, error) => {
          this.#lost(source, error);
        },
        onVerified: (received, sources) => this.#options.onProgress?.({ received, size, sources }),
      });
      await this.#gather(swarm, lead, file);
      signal?.throwIfAborted();
      if (swarm.failure && swarm.failure !== gaveWay) throw swarm.failure;
      if (!swarm.isComplete) return undefined;
      const known = await manifest.whole;
      await this.#onDisk(file.finish(swarm.mtime));
      const { into, saveAs, existing } = this.#options;
      const placing = { name: saveAs ?? filename, existing, signal };
      const { name, ...placed } = await this.#onDisk(file.place(placing));
      return { path: join(into, name), ...placed, size, ...known };
    } finally {
      await swarm?.close();
      if (file.resumed || swarm?.isWorthKeeping) await file.close();
      else await file.discard();
    }
  }

  /** All who have the file join, those too who come later; until it is whole or nobody is left. */
  async #gather(swarm: Swarm, lead: Lead, file: UnfinishedFile): Promise<void> {
    const { manifest, source, connection } = lead;
    const atWork = new Set<Promise<void>>();
    const add = (work: Promise<void>): void => {
      const tracked = work.finally(() => atWork.delete(tracked));
      atWork.add(tracked);
    };
    const join = async (source: Source, open?: PeerConnection): Promise<void> => {
      await swarm.join(source, open);
      this.#giveWay(swarm);
    };
    const others = async (): Promise<void> => {
      const { root } = await manifest.whole;
      swarm.root = root;
      if (manifest.claimedRoot === undefined) await file.rename({ ...lead.key, root });
      // Who looks for sources may give up; those that are there go on.
      const look = (): Promise<Source | undefined> =>
        Promise.race([swarm.over, this.#queue.next()]).catch(() => undefined);
      for (let next = await look(); next; next = await look()) {
        this.#givenUp.delete(next);
        if (this.#isWanted(next, root)) add(join(next));
        else this.#giveWay(swarm);
        while (atWork.size > maxSources) await Promise.race([swarm.over, ...atWork]);
      }
    };
    const stop = (reason: unknown): void => {
      swarm.stop(reason as Error);
    };
    const { signal } = this.#control;
    const onAbort = (): void => {
      stop(signal.reason);
    };
    signal.addEventListener('abort', onAbort);
    // Nobody waits for further digests then.
    void swarm.over.then(() => {
      connection.close();
    });
    if (file.resumed) add(swarm.recheck());
    // While it tells the digests that it makes, it sends the pieces on another connection.
    add(join(source, manifest.claimedRoot === undefined ? undefined : connection));
    add(others().catch(stop));
    while (atWork.size > 0) await Promise.race(atWork);
    signal.removeEventListener('abort', onAbort);
  }

  /** Where nobody brings anything of one content, those who have another have their turn. */
  #giveWay(swarm: Swarm): void {
    if (swarm.isAbandoned && this.#queue.hasAside && !swarm.isComplete) swarm.stop(gaveWay);
  }

  #connect({ address }: Source): Promise<PeerConnection> {
    return PeerConnection.open(
      address,
      { ...this.#options, signal: this.#control.signal },
      this.#limit,
    );
  }

  readonly #abort = (): void => {
    this.#control.abort(this.#options.signal?.reason);
    this.#aborted.reject(this.#options.signal?.reason);
  };

  #onDisk<T>(work: Promise<T>): Promise<T> {
    return onDisk(this.#options.into, this.#options.signal, work);
  }

  #lost(source: Source, error: Error): void {
    if (this.#options.signal?.aborted) return;
    this.#lastFailure = error;
    const { root } = this.#options;
    // What it has may be what is left in the end.
    if (root === undefined && TransferError.is(error) && error.code === 'changed')
      this.#queue.putAside(source);
    if (this.#givenUp.has(source)) return;
    this.#givenUp.add(source);
    this.#options.onLost?.(source, error);
  }
}
