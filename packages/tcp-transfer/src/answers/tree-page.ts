// Makes a page of a tree: as many lines as are ready when a moment has passed.
import { deferred } from '../async.ts';
import type { Clock } from '../clock.ts';
import type { FolderEntry } from '../sharing/served-folders.ts';
import { cursorAfter } from '../folders/entry-path.ts';
import type { Line, SoonerOrLater } from '../folders/tree-lines.ts';
import { maxPageBytes, type Page } from './list-page.ts';
import type { TreeWalk } from '../folders/tree-walk.ts';

/** After this time a page with at least one line is sent, in milliseconds. */
const moment = 250;

/** After this time a client is told to ask later, in milliseconds. */
const firstLineTimeout = 5000;

/** How many entries are looked at together, and ahead of the one whose line is waited for. */
const [maxBatch, maxAhead] = [64, 192];

/** How long a line is before there is any, in bytes. */
const likelyLength = 180;

/** Makes the lines of entries, of several at the same time. */
export type LinesOf = (entries: readonly FolderEntry[]) => Promise<readonly SoonerOrLater[]>;

/** The client for whom a page is made. */
export interface PageClient {
  /** Whether it may be gone. */
  readonly ended: boolean;
}

/**
 * Makes a page of the next entries of a walk, which has at least one line unless it is the last; `busy` if
 * there is no line after some seconds.
 *
 * @throws what prevents a line from being made
 */
export async function treePage(
  walk: TreeWalk,
  linesOf: LinesOf,
  client: PageClient,
  clock: Clock,
): Promise<Page | 'busy'> {
  const page = new TreePage(walk, linesOf, client, clock);
  return await page.make();
}

/** Entries and their lines. */
interface Batch {
  readonly entries: readonly FolderEntry[];
  readonly lines: readonly SoonerOrLater[];
}

class TreePage {
  readonly #walk: TreeWalk;
  readonly #linesOf: LinesOf;
  readonly #client: PageClient;
  readonly #clock: Clock;
  readonly #start: number;
  /** The batches that are looked at, in order, and how many entries they have. */
  readonly #ahead: { readonly batch: Watched<Batch>; readonly size: number }[] = [];
  #isWhole = false;
  readonly #lines: string[] = [];
  #bytes = 0;
  /** The last entry of the page. */
  #last: FolderEntry | undefined;

  constructor(walk: TreeWalk, linesOf: LinesOf, client: PageClient, clock: Clock) {
    this.#walk = walk;
    this.#linesOf = linesOf;
    this.#client = client;
    this.#clock = clock;
    this.#start = clock.now();
  }

  async make(): Promise<Page | 'busy'> {
    for (;;) {
      await this.#lookAhead();
      const next = this.#ahead.shift();
      if (!next) return { ...this.#data(), cursor: undefined };
      const batch = (await this.#isReady(next.batch)) ? await next.batch.promise : undefined;
      if (!batch) return this.#end();
      for (const [index, entry] of batch.entries.entries()) {
        const line = batch.lines[index];
        if (line instanceof Promise) {
          const later = new Watched(line);
          if (!(await this.#isReady(later))) return this.#end();
          if (!this.#add(entry, await later.promise)) return this.#end();
        } else if (!this.#add(entry, line)) return this.#end();
      }
    }
  }

  /** Has the next entries looked at: no more than will fit, as each one that does not is looked at again. */
  async #lookAhead(): Promise<void> {
    while (!this.#isWhole) {
      const ahead = this.#ahead.reduce((sum, { size }) => sum + size, 0);
      const length = this.#lines.length > 0 ? this.#bytes / this.#lines.length : likelyLength;
      const room = Math.ceil((maxPageBytes - this.#bytes) / length) - ahead;
      if (ahead > 0 && (room <= 0 || ahead >= maxAhead)) return;
      const entries = await this.#walk.next(Math.min(maxBatch, Math.max(room, 1)));
      this.#isWhole = entries.length === 0;
      if (this.#isWhole) return;
      const batch = this.#linesOf(entries).then((lines) => ({ entries, lines }));
      this.#ahead.push({ batch: new Watched(batch), size: entries.length });
    }
  }

  /** Adds a line, if there is one; says whether there was room for it. */
  #add(entry: FolderEntry, line: Line): boolean {
    if (line === undefined) return true;
    const bytes = Buffer.byteLength(line);
    if (this.#bytes + bytes > maxPageBytes) return false;
    this.#bytes += bytes;
    this.#lines.push(line);
    this.#last = entry;
    return true;
  }

  #data(): { readonly data: Uint8Array } {
    return { data: Buffer.from(this.#lines.join('')) };
  }

  /** The page, after which others follow. */
  #end(): Page | 'busy' {
    return this.#last ? { ...this.#data(), cursor: cursorAfter(this.#last.path) } : 'busy';
  }

  /** Waits for something until it is time to send the page, or until the client has gone. */
  async #isReady(watched: Watched<unknown>): Promise<boolean> {
    const [clock, client] = [this.#clock, this.#client];
    const end = this.#start + (this.#lines.length > 0 ? moment : firstLineTimeout);
    const isOver = (): boolean => watched.isReady || clock.now() >= end;
    if (watched.isReady) return true;
    do {
      const late = deferred<undefined>();
      const delay = Math.max(0, Math.min(moment, end - clock.now()));
      const timer = clock.schedule(() => {
        late.resolve(undefined);
      }, delay);
      await Promise.race([watched.ready, late.promise]);
      timer.cancel();
    } while (!isOver() && !client.ended);
    return watched.isReady;
  }
}

/** A promise of which it is known whether it is settled. */
class Watched<T> {
  readonly promise: Promise<T>;
  /** Resolves when the promise is settled. */
  readonly ready: Promise<void>;
  isReady = false;

  constructor(promise: Promise<T>) {
    this.promise = promise;
    const becomeReady = (): void => {
      this.isReady = true;
    };
    this.ready = promise.then(becomeReady, becomeReady);
  }
}
