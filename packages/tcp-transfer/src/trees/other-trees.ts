// Finds out, beside the download of a tree, which other sources have another one under its name.
import { Changes, unlessAborted } from '../async.ts';
import type { Clock } from '../clock.ts';
import type { TreeSummary } from './remote-tree.ts';

/** At most this many sources are compared: each lists its whole tree for it. */
const maxCompared = 8;

/** How many of them list at a time. */
const maxListing = 2;

/** How long those that still list are waited for when all else is done, in milliseconds. */
const settleTimeout = 2000;

/** How trees are compared. */
export interface OtherTreesOptions<S> {
  readonly clock: Clock;
  /** Reads what a source has, until a signal is aborted. */
  readonly read: (source: S, signal: AbortSignal) => Promise<TreeSummary>;
  /** Called once for each source that has another tree. */
  readonly onOther: (source: S, tree: TreeSummary) => void;
}

/**
 * Compares the trees of sources with the one that is downloaded. An offer does not say the root of a folder:
 * only the whole list tells it. A source that fails to list is not compared.
 */
export class OtherTrees<S> {
  readonly #options: OtherTreesOptions<S>;
  readonly #waiting: S[] = [];
  /** Those that have listed before the tree of the download was known. */
  readonly #listed: (readonly [source: S, tree: TreeSummary])[] = [];
  readonly #over = new AbortController();
  #root: string | undefined;
  #added = 0;
  #listing = 0;
  readonly #changes = new Changes();

  constructor(options: OtherTreesOptions<S>) {
    this.#options = options;
  }

  /** Compares a source, if not too many are. */
  add(source: S): void {
    if (this.#added === maxCompared) return;
    this.#added += 1;
    this.#waiting.push(source);
    this.#next();
  }

  /** The root of the tree that is downloaded is known. */
  known(root: string): void {
    this.#root = root;
    for (const [source, tree] of this.#listed.splice(0)) this.#compare(source, tree);
  }

  /** Waits for a moment until all are compared. */
  async settle(signal: AbortSignal): Promise<void> {
    const timer = this.#options.clock.schedule(() => {
      this.close();
    }, settleTimeout);
    try {
      while (this.#listing > 0) await unlessAborted(this.#changes.next, signal);
    } finally {
      timer.cancel();
    }
  }

  /** Nothing more is compared. */
  close(): void {
    this.#waiting.length = 0;
    this.#over.abort();
  }

  #next(): void {
    while (this.#listing < maxListing && this.#waiting.length > 0)
      void this.#read(this.#waiting.shift()!);
  }

  async #read(source: S): Promise<void> {
    this.#listing += 1;
    const { signal } = this.#over;
    const tree = await this.#options.read(source, signal).catch(() => undefined);
    if (tree && !signal.aborted) this.#compare(source, tree);
    this.#listing -= 1;
    this.#next();
    this.#changes.notify();
  }

  #compare(source: S, tree: TreeSummary): void {
    if (this.#root === undefined) this.#listed.push([source, tree]);
    else if (tree.root !== this.#root) this.#options.onOther(source, tree);
  }
}
