// A verified download: the source that answers first begins an attempt, until one has brought the file.
import { setMaxListeners } from 'node:events';
import { systemClock, type Clock } from '../clock.ts';
import { PeerConnection } from '../requests/peer-connection.ts';
import { rateLimit, type RateLimit } from '../connection/rate-limit.ts';
import { PieceHasher } from '../hashing/piece-hasher.ts';
import { isDiskError, onDisk } from '../storage/disk-error.ts';
import type { DownloadFolder } from '../storage/download-folder.ts';
import type { Part, UnfinishedFile } from '../storage/unfinished-file.ts';
import type { OrderedOutput } from '../swarm/ordered-output.ts';
import type { Source } from '../swarm/swarm-options.ts';
import { TransferError } from '../transfer-error.ts';
import { Attempt } from './attempt.ts';
import type { AttemptContext } from './attempt-context.ts';
import { ChangedSources, changesTooFast } from '../sources/changed-sources.ts';
import { inFairOrder } from '../sources/fair-order.ts';
import { firstAnswer } from '../sources/first-answer.ts';
import { Sources } from '../sources/sources.ts';
import type { VerifiedDownload, VerifiedDownloadOptions } from './verified-options.ts';

/** How often a busy source is asked. */
const maxBusyAnswers = 60;

/** Downloads one file, and verifies it. */
export class VerifiedDownloader<S extends Source> {
  readonly #options: VerifiedDownloadOptions<S>;
  readonly #clock: Clock;
  readonly #limit: RateLimit | undefined;
  readonly #sources: Sources<S>;
  readonly #target: DownloadFolder | OrderedOutput;
  readonly #hasher: PieceHasher;
  /** Aborted with the reason of the caller's signal. */
  readonly #control = new AbortController();
  /** Reported as lost: there may be two connections to a source, and both break. */
  readonly #reported = new WeakSet<S>();
  readonly #changed = new ChangedSources<S>();
  readonly #busyAnswers = new Map<S, number>();
  /** What attempts have left, with the parts that are verified. */
  readonly #left = new Map<UnfinishedFile, readonly Part[]>();
  #lastFailure: Error | undefined;

  /** @param target a folder is released by the caller */
  constructor(options: VerifiedDownloadOptions<S>, target: DownloadFolder | OrderedOutput) {
    const { limitRate, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#limit = rateLimit(limitRate, clock);
    this.#sources = new Sources(inFairOrder(options.sources), clock);
    this.#target = target;
    this.#hasher = options.hasher ?? new PieceHasher();
    // Each connection listens.
    setMaxListeners(0, this.#control.signal);
    options.signal?.addEventListener('abort', this.#abort);
    if (options.signal?.aborted) this.#abort();
  }

  /** @throws what `downloadVerified` throws */
  async run(): Promise<VerifiedDownload> {
    const context = this.#context();
    for (;;) {
      const first = await firstAnswer<S, Attempt<S>>({
        clock: this.#clock,
        signal: this.#control.signal,
        next: (isWaiting) => this.#next(isWaiting),
        ask: (source, signal) => Attempt.begin(source, context, signal),
        onFailed: this.#failed,
        onLate: (source) => {
          this.#sources.giveBack(source);
        },
      });
      if (!first) throw this.#lastFailure ?? new TransferError('no-file', 'nobody has the file');
      try {
        const download = await first.answer.run();
        if (download) return download;
      } catch (error) {
        this.#failed(first.source, error);
      }
    }
  }

  async close(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#abort);
    void this.#sources.close();
    // Another attempt may have gone on with what was not verified: now nobody does.
    for (const [file, verified] of this.#left) await file.trim(verified).catch(() => undefined);
    if (!this.#options.hasher) await this.#hasher.close();
  }

  #context(): AttemptContext<S> {
    const { into, signal } = this.#options;
    const path = typeof into === 'string' ? into : into.path;
    return {
      options: this.#options,
      target: this.#target,
      path,
      hasher: this.#hasher,
      sources: this.#sources,
      clock: this.#clock,
      signal: this.#control.signal,
      connect: ({ address }, signal) => {
        const either = AbortSignal.any([signal, this.#control.signal]);
        const { connections } = this.#options;
        if (connections) return connections.connect(address, either, this.#limit);
        return PeerConnection.open(address, { ...this.#options, signal: either }, this.#limit);
      },
      onDisk: (work) => onDisk(path, signal, work),
      accepts: (source, root) => this.#accepts(source, root),
      changed: this.#changed,
      onLeft: this.#leave,
      onLost: (source, error, own) => {
        this.#lose(source, error, own);
      },
    };
  }

  /** Notes what an attempt has left, which may have gone on with what one before it had left. */
  readonly #leave = (file: UnfinishedFile, verified: readonly Part[] | undefined): void => {
    const before = [...this.#left].find(([{ name }]) => name === file.found);
    if (before) this.#left.delete(before[0]);
    const parts = verified ?? before?.[1];
    if (parts) this.#left.set(file, parts);
  };

  /** The next source that may have the wanted content. */
  async #next(isWaiting: () => boolean): Promise<S | undefined> {
    for (;;) {
      // With a full disk, another source hardly helps: it would have to claim a smaller size.
      const isLast = isDiskError(this.#lastFailure);
      const source = await this.#sources.nextOrPostponed(isLast, isWaiting);
      if (!source || this.#accepts(source, this.#options.root)) return source;
    }
  }

  /** @throws an error that is not the fault of the source */
  readonly #failed = (source: S, error: unknown): void => {
    this.#options.signal?.throwIfAborted();
    if (isDiskError(error)) throw error;
    if (!this.#retries(source, error)) this.#lose(source, error as Error, {});
  };

  /** Whether a source may have a content. A source of other content may be of use later. */
  #accepts(source: S, root: string | undefined): boolean {
    if (!this.#changed.isAskedAgain(source)) this.#reported.delete(source);
    if (root === undefined || source.root === undefined || source.root === root) return true;
    this.#options.onOther?.(source);
    if (this.#options.root === undefined) this.#sources.postpone(source);
    return false;
  }

  /** Postpones a source that answered that it is busy, unless it did so too often. */
  #retries(source: S, error: unknown): boolean {
    if (!TransferError.is(error) || error.code !== 'busy') return false;
    const answers = (this.#busyAnswers.get(source) ?? 0) + 1;
    this.#busyAnswers.set(source, answers);
    if (answers < maxBusyAnswers) this.#sources.postpone(source);
    return answers < maxBusyAnswers;
  }

  readonly #abort = (): void => {
    this.#control.abort(this.#options.signal?.reason);
  };

  #lose(source: S, error: Error, own?: { readonly root?: string | undefined }): void {
    if (this.#options.signal?.aborted) return;
    this.#lastFailure = error;
    // The content that it has now may be the only one that is left in the end.
    if (this.#options.root === undefined && this.#changed.mayHaveChanged(source, error, own)) {
      const state = this.#changed.count(source);
      if (state === 'asked again') this.#sources.postpone(source);
      else this.#lastFailure = changesTooFast(error);
      if (state === 'too often') this.#reported.delete(source);
    }
    if (this.#reported.has(source)) return;
    this.#reported.add(source);
    this.#options.onLost?.(source, this.#lastFailure);
  }
}
