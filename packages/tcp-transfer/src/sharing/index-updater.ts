import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../clock.ts';
import type { FolderWatch, WatchFolder } from './watch-folder.ts';
import type { ListFolder } from './list-folder.ts';
import type { IndexChange, Listing, NameIndex } from './name-index.ts';
import { visitFolders } from './visit-folders.ts';

/** What keeps an index current needs to know. Times are in milliseconds. */
export interface IndexUpdaterOptions {
  /** The shared folder, all links resolved. */
  readonly root: string;
  readonly index: NameIndex;
  readonly clock: Clock;
  readonly watch: WatchFolder;
  readonly list: ListFolder;
  readonly rescanInterval: number;
  /** A pass over the folders that had changed is over. */
  readonly onPass: (changes: readonly IndexChange[]) => void;
  readonly onWarning: (error: Error) => void;
}

/** After a change so long is waited for further ones, in milliseconds. */
const settleTime = 20;

/** A folder that could not be read is tried again after so long, in milliseconds. */
const retryAfter = 1000;

/** Reading folders takes at most this part of the time, however often they change. */
const maxShare = 0.1;

/** A folder that cannot be watched for one of these is gone. */
const gone: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM']);

/**
 * Keeps the index of a folder current: reads each folder once, watches it, and reads it again when
 * it has changed. All are read again from time to time, for what the watching missed.
 */
export class IndexUpdater {
  readonly #options: IndexUpdaterOptions;
  readonly #watches = new Map<string, FolderWatch>();
  readonly #changed = new Set<string>();
  #canWatch = true;
  #closed = false;
  #busy = false;
  #restUntil = 0;
  /** All folders are read because it is time, not because they have changed. */
  #isRescan = true;
  #failed: { readonly folder: string; readonly cause: unknown }[] = [];
  #failing = false;
  #root: BigIntStats | undefined;
  #nextPass: Timer | undefined;
  #nextRescan: Timer | undefined;

  constructor(options: IndexUpdaterOptions) {
    this.#options = options;
  }

  /** Reads the whole tree, and keeps it current from then on. */
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
      Math.max(settleTime, this.#restUntil - clock.now()),
    );
  }

  /** Reads the folders that have changed and those found below them, several at a time. */
  async #pass(): Promise<void> {
    const { clock, onPass, rescanInterval } = this.#options;
    this.#busy = true;
    this.#nextRescan?.cancel();
    const isRescan = this.#isRescan;
    this.#isRescan = false;
    const start = clock.now();
    const folders = [...this.#changed];
    this.#changed.clear();
    const changes: IndexChange[] = [];
    await visitFolders(folders, async (folder) => {
      const change = await this.#read(folder);
      if (change) changes.push(change);
      return change?.newFolders ?? [];
    });
    this.#busy = false;
    if (this.#closed) return;
    const rest = (clock.now() - start) / maxShare;
    // What the watch tells is not to wait because all was read.
    this.#restUntil = clock.now() + (isRescan ? 0 : rest);
    onPass(changes);
    this.#retryFailed();
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

  async #read(folder: string): Promise<IndexChange | undefined> {
    const { root, index, list } = this.#options;
    // Watched first: what comes while the folder is read is told.
    if (folder === '') await this.#watchNewRoot();
    this.#watch(folder);
    let listing: Listing | undefined;
    try {
      listing = await list(root, folder);
    } catch (cause) {
      this.#failed.push({ folder, cause });
      return undefined;
    }
    if (this.#closed) return undefined;
    if (!listing) {
      this.#unwatch(folder);
      // It is dropped when its parent, which has changed, is read. The root has none.
      if (folder !== '') return undefined;
    }
    const change = index.set(folder, listing ?? { files: [], folders: [] });
    for (const path of change.goneFolders) this.#unwatch(path);
    return change;
  }

  /** Folders that could not be read keep what they held until they can. */
  #retryFailed(): void {
    const failed = this.#failed;
    const isNews = !this.#failing;
    this.#failing = failed.length > 0;
    if (!this.#failing) return;
    this.#failed = [];
    this.#restUntil = Math.max(this.#restUntil, this.#options.clock.now() + retryAfter);
    for (const { folder } of failed) this.#changed.add(folder);
    if (!isNews) return;
    const { cause } = failed[0]!;
    const what = failed.length === 1 ? 'a folder' : `${failed.length} folders`;
    this.#options.onWarning(
      new Error(`cannot read ${what} of the shared folder: ${(cause as Error).message}`, { cause }),
    );
  }

  /** Another folder may have taken the place of the shared one, which only its number tells. */
  async #watchNewRoot(): Promise<void> {
    const before = this.#root;
    this.#root = await stat(this.#options.root, { bigint: true }).catch(() => before);
    if (!before || (this.#root?.ino === before.ino && this.#root.dev === before.dev)) return;
    for (const path of [...this.#watches.keys()]) {
      this.#unwatch(path);
      if (path !== '') this.#mark(path);
    }
  }

  #watch(folder: string): void {
    if (this.#closed || !this.#canWatch || this.#watches.has(folder)) return;
    try {
      const watch = this.#options.watch(join(this.#options.root, folder), {
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
      if (gone.has((cause as NodeJS.ErrnoException).code)) return;
      this.#canWatch = false;
      const seconds = this.#options.rescanInterval / 1000;
      this.#options.onWarning(
        new Error(`cannot watch the shared folder; it is read anew every ${seconds} s`, { cause }),
      );
    }
  }

  /** What stands under a folder's name may be another folder now: it is watched and read anew. */
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
