// One attempt at a folder: one source lists what is in it, and all that have it send files.
import { visibleText } from '@peerlane/protocol';
import { oneAhead, unlessAborted } from '../async.ts';
import { slowestOf } from '../limits/slowest.ts';
import { SourcePlaces, turnTime } from '../sources/source-places.ts';
import type { Source } from '../swarm/swarm-options.ts';
import { TransferError } from '../transfer-error.ts';
import type { RemoteTree } from '../trees/remote-tree.ts';
import { OtherTrees } from '../trees/other-trees.ts';
import { otherTree } from '../trees/checkpoints.ts';
import type { CheckedEntry } from '../trees/tree-check.ts';
import { EntryIntake, taken } from './entry-intake.ts';
import { LargeFiles } from './large-files.ts';
import { PackQueue, type Absence } from './pack-queue.ts';
import { PackSource, type PackContext } from './pack-source.ts';
import type { TreeContext } from './tree-context.ts';
import { isFaultOfSource, ListError } from './tree-sources.ts';

/** How many files may wait to be fetched while more are listed. */
const maxWaiting = 4096;

/** Ends what is still going on when all is done. */
const finished = new Error('the folder is complete');

/** A download of the tree that one source, the first, lists. */
export class TreeAttempt<S extends Source> {
  readonly #context: TreeContext<S>;
  readonly #first: S;
  readonly #tree: RemoteTree;
  readonly #isFresh: boolean;
  readonly #queue: PackQueue;
  readonly #large: LargeFiles<S>;
  readonly #running = new Map<S, PackSource>();
  readonly #others: OtherTrees<S>;
  readonly #over = new AbortController();
  /** Whether there is no source left, and none will come. */
  #areSourcesGone = false;
  #failure: Error | undefined;

  /** @param isFresh whether the target is new, and no attempt was made before */
  constructor(context: TreeContext<S>, first: S, tree: RemoteTree, isFresh: boolean) {
    const { options, sources, target, hasher, limit, tally, signal, clock, summaryOf } = context;
    this.#context = context;
    this.#first = first;
    this.#isFresh = isFresh;
    this.#tree = tree;
    this.#queue = new PackQueue({
      onAbsent: ({ path }, kind) => {
        tally.problem({ path, kind, reason: absences[kind] });
      },
    });
    this.#large = new LargeFiles({
      ...{ options, sources, target, hasher, limit },
      signal: AbortSignal.any([signal, this.#over.signal]),
      accepts: (source) => this.#accepts(source),
      isPackWaiting: () => this.#queue.isWaiting,
      onComing: (file, bytes) => {
        tally.coming(file, bytes);
      },
      onDone: (file, isFetched) => {
        tally.done(file, isFetched);
      },
      onProblem: (problem) => {
        tally.problem(problem);
      },
      onFailure: (error) => {
        this.#fail(error);
      },
      onChange: () => {
        this.#queue.wake();
      },
    });

    this.#others = new OtherTrees({
      clock,
      read: summaryOf,
      onOther: (source, tree) => {
        sources.leaveOut(source);
        this.#running.get(source)?.stop(otherTree());
        options.onOther?.(source, { ...tree, instead: first });
      },
    });
  }

  /**
   * Fetches everything. Resolves with the root of the tree.
   *
   * @throws ListError if the first source does not list the tree to its end; the fault of the last source;
   * that of the disk; the reason of an aborted signal
   */
  async run(): Promise<string> {
    const { tally, signal } = this.#context;
    tally.restart();
    const gathering = this.#gather();
    try {
      await this.#list();
      this.#queue.close();
      while (!this.#queue.isFinished || this.#large.size > 0) await this.#change();
      await this.#others.settle(signal);
      return this.#tree.root!;
    } finally {
      this.#over.abort(finished);
      this.#others.close();
      for (const source of this.#running.values()) source.stop(finished);
      await Promise.allSettled([gathering, this.#large.idle(), this.#noneRunning()]);
    }
  }

  async #noneRunning(): Promise<void> {
    while (this.#running.size > 0) await this.#queue.changed;
  }

  async #list(): Promise<void> {
    const { options, target, tally } = this.#context;
    const intake = new EntryIntake({
      ...{ existing: options.existing, target, tally, isFresh: this.#isFresh },
      fetchSmall: (files) => {
        this.#queue.add(files);
      },
      fetchLarge: (file) => {
        this.#large.add(file);
      },
      room: async () => {
        while (this.#queue.size + this.#large.size > maxWaiting) await this.#change();
      },
    });
    for await (const entries of this.#listed()) {
      this.#check();
      await intake.take(entries);
    }
    tally.whole();
    this.#others.known(this.#tree.root!);
  }

  async *#listed(): AsyncGenerator<readonly CheckedEntry[], void> {
    try {
      const { root, size, files } = this.#context.options;
      yield* oneAhead(this.#tree.entries(root, { size, files }));
    } catch (error) {
      throw new ListError(error);
    }
  }

  /** Waits until something has changed. */
  async #change(): Promise<void> {
    const { changed } = this.#queue;
    this.#check();
    await unlessAborted(changed, this.#context.signal);
    this.#check();
  }

  /** @throws what ends the attempt */
  #check(): void {
    const { signal, sources } = this.#context;
    signal.throwIfAborted();
    if (this.#failure) throw this.#failure;
    if (this.#areSourcesGone && this.#queue.size > 0)
      throw sources.lastFailure ?? new TransferError('no-file', 'nobody has the folder');
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#queue.wake();
  }

  /** Lets every source that has the tree send. Resolves when no more are found, or all is over. */
  async #gather(): Promise<void> {
    const { options, sources, clock } = this.#context;
    const places = new SourcePlaces<S>({
      clock,
      run: (source) => this.#fetchFrom(source),
      stopSlowest: () => {
        const slowest = slowestOf(this.#running.values(), clock.now(), turnTime);
        slowest?.stop(new TransferError('too-slow', 'other sources wait for its place'));
      },
    });
    const { signal } = this.#over;
    signal.addEventListener('abort', () => places.close());
    for await (const source of sources.each(signal)) {
      if (!this.#accepts(source)) continue;
      places.add(source);
      if (source !== this.#first && options.root === undefined) this.#others.add(source);
    }
    void places.idle.then(() => {
      this.#areSourcesGone = true;
      this.#queue.wake();
    });
  }

  async #fetchFrom(source: S): Promise<void> {
    const { sources, connect } = this.#context;
    if (!sources.has(source) || this.#over.signal.aborted) return;
    const sending = new PackSource((signal) => connect(source, signal), this.#packs);
    this.#running.set(source, sending);
    this.#queue.join(sending, source === this.#first);
    this.#reportSources();
    try {
      await sending.run();
    } catch (error) {
      if (error !== finished) this.#lose(source, error as Error);
    }
    this.#running.delete(source);
    this.#queue.leave(sending);
    this.#reportSources();
  }

  #lose(source: S, error: Error): void {
    if (!isFaultOfSource(error)) {
      this.#fail(error);
      return;
    }
    this.#context.sources.lose(source, error);
    // What else it would list is not believed.
    if (source === this.#first && this.#tree.root === undefined) this.#fail(new ListError(error));
  }

  get #packs(): PackContext {
    const { options, target, buffers, clock, tally } = this.#context;
    return {
      ...{ folder: options.folder, queue: this.#queue, target, buffers, clock },
      isLargeWaiting: () => this.#large.isWaiting,
      onPlaced: ({ entry }, placement) => {
        if (placement.state === 'placed') {
          tally.done(entry, true);
        } else if (placement.state === 'failed') {
          const { path } = entry;
          tally.problem({ path, kind: 'disk', reason: visibleText(placement.error.message) });
        } else if (options.existing !== 'skip') {
          tally.problem(taken(entry));
        } else {
          tally.other();
        }
      },
    };
  }

  #reportSources(): void {
    this.#context.tally.sending(this.#running.size);
  }

  #accepts(source: S): boolean {
    return this.#context.accepts(source, this.#context.options.root ?? this.#first.root);
  }
}

const absences: Readonly<Record<Absence, string>> = {
  gone: 'no source has it any more',
  changed: 'it changed since it was listed',
};
