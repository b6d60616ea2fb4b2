// The download of a whole folder: the source that answers first lists it, until one has to its end.
import { setMaxListeners } from 'node:events';
import { systemClock, type Clock } from '../clock.ts';
import { PeerConnection } from '../requests/peer-connection.ts';
import { rateLimit, type RateLimit } from '../connection/rate-limit.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import { firstAnswer } from '../sources/first-answer.ts';
import { Sources } from '../sources/sources.ts';
import type { Source } from '../swarm/swarm-options.ts';
import { TransferError } from '../transfer-error.ts';
import type { TreeTarget } from '../tree-target/tree-target.ts';
import { RemoteTree } from '../trees/remote-tree.ts';
import { PackBuffers } from './pack-buffers.ts';
import { TreeAttempt } from './tree-attempt.ts';
import type { TreeContext } from './tree-context.ts';
import type { TreeDownload, TreeDownloadOptions } from './tree-options.ts';
import { ListError, TreeSources } from './tree-sources.ts';
import { TreeTally } from './tree-tally.ts';

/** A source that has listed the beginning of its tree. */
interface Lead {
  readonly connection: PeerConnection;
  readonly tree: RemoteTree;
}

/** Downloads one folder, and verifies it. */
export class TreeDownloader<S extends Source> {
  readonly #options: TreeDownloadOptions<S>;
  readonly #clock: Clock;
  readonly #limit: RateLimit | undefined;
  readonly #sources: TreeSources<S>;
  readonly #tally: TreeTally;
  /** Aborted with the reason of the caller's signal. */
  readonly #control = new AbortController();

  constructor(options: TreeDownloadOptions<S>) {
    const { limitRate, clock = systemClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#limit = rateLimit(limitRate, clock);
    this.#sources = new TreeSources(options.sources, options.onLost);
    this.#tally = new TreeTally(options);
    // Each connection listens.
    setMaxListeners(0, this.#control.signal);
    options.signal?.addEventListener('abort', this.#abort);
    if (options.signal?.aborted) this.#abort();
  }

  /**
   * @param open makes or opens the folder that is written to, once it is known that somebody has it
   * @throws what `downloadTree` throws
   */
  async run(
    open: () => Promise<TreeTarget>,
    hasher: PieceHasher,
  ): Promise<Omit<TreeDownload, 'path'>> {
    let context: TreeContext<S> | undefined;
    for (;;) {
      const first = await this.#firstAnswer();
      const { source, answer } = first;
      try {
        const isFirst = context === undefined;
        context ??= this.#context(await open(), hasher);
        const isFresh = isFirst && context.target.isNew;
        const root = await new TreeAttempt(context, source, answer.tree, isFresh).run();
        return { root, ...this.#tally.result };
      } catch (error) {
        if (!(error instanceof ListError)) throw error;
        this.#control.signal.throwIfAborted();
        this.#sources.lose(source, error.cause as Error);
      } finally {
        answer.connection.close();
      }
    }
  }

  close(): void {
    this.#options.signal?.removeEventListener('abort', this.#abort);
    this.#sources.close();
  }

  async #firstAnswer(): Promise<{ readonly source: S; readonly answer: Lead }> {
    const { signal } = this.#control;
    const asking = new AbortController();
    const sources = new Sources(this.#sources.each(asking.signal), this.#clock);
    try {
      const first = await firstAnswer<S, Lead>({
        ...{ clock: this.#clock, signal },
        next: async (isWaiting) => {
          for (;;) {
            const source = await sources.nextOrPostponed(false, isWaiting);
            if (!source || this.#accepts(source, this.#options.root)) return source;
          }
        },
        ask: (source, asked) => this.#ask(source, asked),
        onFailed: (source, error) => {
          this.#options.signal?.throwIfAborted();
          this.#sources.lose(source, error as Error);
        },
        onLate: (source) => {
          sources.giveBack(source);
        },
      });
      if (first) return first;
    } finally {
      asking.abort();
    }
    throw this.#sources.lastFailure ?? new TransferError('no-file', 'nobody has the folder');
  }

  async #ask(source: S, asked: AbortSignal): Promise<Lead> {
    const { folder } = this.#options;
    const connection = await this.#connect(source, asked);
    try {
      const options = { folder, clock: this.#clock, signal: asked };
      return { connection, tree: await RemoteTree.begin(connection, options) };
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  #context(target: TreeTarget, hasher: PieceHasher): TreeContext<S> {
    return {
      ...{ options: this.#options, sources: this.#sources, target, hasher },
      ...{ limit: this.#limit, tally: this.#tally, clock: this.#clock },
      buffers: new PackBuffers(this.#clock),
      signal: this.#control.signal,
      connect: (source, signal) => this.#connect(source, signal),
      accepts: (source, root) => this.#accepts(source, root),
      summaryOf: async (source, signal) => {
        const { connection, tree } = await this.#ask(source, signal);
        try {
          return await tree.summary();
        } finally {
          connection.close();
        }
      },
    };
  }

  #connect({ address }: S, signal: AbortSignal): Promise<PeerConnection> {
    const either = AbortSignal.any([signal, this.#control.signal]);
    return PeerConnection.open(address, { ...this.#options, signal: either }, this.#limit);
  }

  #accepts(source: S, root: string | undefined): boolean {
    if (root === undefined || source.root === undefined || source.root === root) return true;
    if (this.#sources.leaveOut(source)) this.#options.onOther?.(source, { root: source.root });
    return false;
  }

  readonly #abort = (): void => {
    this.#control.abort(this.#options.signal?.reason);
  };
}
