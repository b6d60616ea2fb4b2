// Keeps the index of a shared folder current: watches its folders and reads those that have changed.
import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../clock.ts';
import { Complaints } from './complaints.ts';
import type { FolderWatch, WatchFolder } from './watch-folder.ts';
import type { ListFolder } from './list-folder.ts';
import { ListingBuilder } from '../names/listing-builder.ts';
import type { Listing } from '../names/listing.ts';
import type { IndexChange, NameIndex } from '../names/name-index.ts';
import { visitFolders } from './visit-folders.ts';

/** The folder, the index and the callbacks of an index updater. */
export interface IndexUpdaterOptions {
  /** The path of the shared folder, all links resolved. */
  readonly root: string;
  /**
   * Finds out where the shared folder is by now, each time that all folders are read again.
   * @default it stays where it is
   */
  readonly findRoot?: () => Promise<string>;
  readonly index: NameIndex;
  readonly clock: Clock;
  readonly watch: WatchFolder;
  readonly list: ListFolder;
  /** How often the whole folder is read again, in milliseconds. */
  readonly rescanInterval: number;
  /** Is called after each pass over the folders that had changed; the first one says no changes. */
  readonly onPass: (changes: readonly IndexChange[]) => void;
  /** Is called when a folder cannot be read or watched; the updater goes on. */
  readonly onWarning: (error: Error) => void;
}

/** How long the updater waits for further changes after one, in milliseconds. */
const debounceTime = 20;

/** How long until a folder that could not be read is read again, in milliseconds. */
const retryDelay = 1000;

/** The largest part of the time that is spent on reading folders, however often they change. */
const maxShare = 0.1;

/** How many folders are watched: each costs a kilobyte and one of the watches that a user has. */
export const maxWatches = 10_000;

/** The errors of watching that no other folder escapes either. Any other concerns one folder alone. */
const exhausted: ReadonlySet<string | undefined> = new Set([
  ...['ENOSPC', 'EMFILE', 'ENFILE', 'ENOMEM', 'ENOSYS', 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM'],
]);

/**
 * Keeps the index of a folder current: reads each folder once, watches it, and reads it again when
 * it has changed. All folders are read again from time to time, for changes that the watch missed.
 */
export class IndexUpdater {
  readonly #options: IndexUpdaterOptions;
  readonly #watches = new Map<string, FolderWatch>();
  readonly #changed = new Set<string>();
  #canWatch = true;
  #closed = false;
  #busy = false;
  #restUntil = 0;
  /** Whether the next pass reads all folders because it is time, not because of a change. */
  #isRescan = true;
  #isFirst = true;
  #failed: { readonly folder: string; readonly cause: unknown }[] = [];
  #failing = false;
  #path: string;
  #root: BigIntStats | undefined;
  readonly #complaints = new Complaints();
  #nextPass: Timer | undefined;
  #nextRescan: Timer | undefined;

  constructor(options: IndexUpdaterOptions) {
    this.#options = options;
    this.#path = options.root;
  }

  /** Reads the whole tree, and keeps the index current from then on. */
  async start(): Promise<void> {
    this.#changed.add('');
    await this.#pass();
  }

  /** Stops watching. */
  close(): void {
    this.#closed = true;
    this.#nextPass?.cancel();
    this.#nextRescan?.cancel();
    for (const watch of this.#watches.values()) watch.close();
    this.#watches.clear();
  }

  #mark(folder: string): void {
    this.#changed.add(folder);
    this.#schedulePass();
  }

  #schedulePass(): void {
    if (this.#closed || this.#busy || this.#nextPass || this.#changed.size === 0) return;
    const { clock } = this.#options;
    this.#nextPass = clock.schedule(
      () => {
        this.#nextPass = undefined;
        void this.#pass();
      },
      Math.max(debounceTime, this.#restUntil - clock.now()),
    );
  }

  /** Reads the folders that have changed and those found below them, several at a time. */
  async #pass(): Promise<void> {
    const { clock, onPass, rescanInterval } = this.#options;
    this.#busy = true;
    this.#nextRescan?.cancel();
    const isRescan = this.#isRescan;
    const isFirst = this.#isFirst;
    this.#isRescan = false;
    const start = clock.now();
    if (isRescan && this.#root) this.#path = (await this.#options.findRoot?.()) ?? this.#path;
    const folders = [...this.#changed];
    this.#changed.clear();
    const changes: IndexChange[] = [];
    await visitFolders(folders, async (folder) => {
      const change = await this.#read(folder, !isFirst);
      if (change && !isFirst) changes.push(change);
      return change?.newFolders ?? [];
    });
    this.#busy = false;
    this.#isFirst = false;
    if (this.#closed) return;
    const rest = (clock.now() - start) / maxShare;
    // A change that the watch reports must not wait because all folders were read.
    this.#restUntil = clock.now() + (isRescan ? 0 : rest);
    onPass(changes);
    this.#retryFailed();
    for (const complaint of this.#complaints.news()) this.#options.onWarning(complaint);
    this.#nextRescan = clock.schedule(
      () => {
        this.#isRescan = true;
        for (const folder of this.#options.index.folders()) this.#changed.add(folder);
        this.#mark('');
      },
      Math.max(rescanInterval, rest),
    );
    this.#schedulePass();
  }

  async #read(folder: string, saysAdded: boolean): Promise<IndexChange | undefined> {
    const { index, list } = this.#options;
    // The watch begins first, so that it reports entries that come while the folder is read.
    if (folder === '') await this.#watchNewRoot();
    this.#watch(folder);
    let listing: Listing | undefined;
    try {
      listing = await list(this.#path, folder);
    } catch (cause) {
      if (!this.#complaints.isTooDeep(folder, cause)) this.#failed.push({ folder, cause });
      return undefined;
    }
    if (this.#closed) return undefined;
    if (!listing) {
      this.#unwatch(folder);
      // The folder is dropped when its parent, which has changed, is read. The root has no parent.
      if (folder !== '') return undefined;
    }
    listing ??= new ListingBuilder().finish();
    this.#complaints.setUnnamable(folder, listing.count('unnamable'));
    const change = index.set(folder, listing, { saysAdded });
    for (const path of change.goneFolders) {
      this.#unwatch(path);
      this.#complaints.setUnnamable(path, undefined);
    }
    return change;
  }

  /** Folders that could not be read keep their entries until they can be read again. */
  #retryFailed(): void {
    const failed = this.#failed;
    const isNews = !this.#failing;
    this.#failing = failed.length > 0;
    if (!this.#failing) return;
    this.#failed = [];
    this.#restUntil = Math.max(this.#restUntil, this.#options.clock.now() + retryDelay);
    for (const { folder } of failed) this.#changed.add(folder);
    if (!isNews) return;
    const { cause } = failed[0]!;
    const what = failed.length === 1 ? 'a folder' : `${failed.length} folders`;
    this.#options.onWarning(
      new Error(`cannot read ${what} of the shared folder: ${(cause as Error).message}`, { cause }),
    );
  }

  /** Another folder may have taken the place of the shared one; only its inode shows that. */
  async #watchNewRoot(): Promise<void> {
    const before = this.#root;
    this.#root = await stat(this.#path, { bigint: true }).catch(() => before);
    if (!before || (this.#root?.ino === before.ino && this.#root.dev === before.dev)) return;
    for (const path of [...this.#watches.keys()]) {
      this.#unwatch(path);
      if (path !== '') this.#mark(path);
    }
  }

  #watch(folder: string): void {
    if (this.#closed || !this.#canWatch || this.#watches.has(folder)) return;
    try {
      if (this.#watches.size === maxWatches) {
        this.#complaints.setUnwatched();
        return;
      }
      const watch = this.#options.watch(join(this.#path, folder), {
        onChange: (name) => {
          if (name?.startsWith('.')) return;
          this.#mark(folder);
          if (name !== undefined) this.#renew(folder === '' ? name : `${folder}/${name}`);
        },
        onError: () => {
          this.#unwatch(folder);
        },
      });
      this.#watches.set(folder, watch);
    } catch (cause) {
      // Whatever else is wrong with this folder, it is read again with all others.
      if (!exhausted.has((cause as NodeJS.ErrnoException).code)) return;
      this.#canWatch = false;
      const seconds = this.#options.rescanInterval / 1000;
      this.#options.onWarning(
        new Error(`cannot watch the shared folder: it is read again every ${seconds} s`, { cause }),
      );
    }
  }

  /** The name of a folder may stand for another folder now, which must be watched and read anew. */
  #renew(folder: string): void {
    if (!this.#watches.has(folder)) return;
    for (const path of [...this.#watches.keys()]) {
      if (path !== folder && !path.startsWith(`${folder}/`)) continue;
      this.#unwatch(path);
      this.#mark(path);
    }
  }

  #unwatch(folder: string): void {
    this.#watches.get(folder)?.close();
    this.#watches.delete(folder);
  }
}
