import { join } from 'node:path';
import type { Clock, Timer } from './clock.ts';
import type { FolderWatch, WatchFolder } from './folder-watch.ts';
import { listFolder } from './list-folder.ts';
import type { IndexChange, NameIndex } from './name-index.ts';

/** What keeps an index current needs to know. Times are in milliseconds. */
export interface FolderSyncOptions {
  /** The shared folder, all links resolved. */
  readonly root: string;
  readonly index: NameIndex;
  readonly clock: Clock;
  readonly watch: WatchFolder;
  readonly rescanInterval: number;
  /** A pass over the folders that had changed is over. */
  readonly onPass: (changes: readonly IndexChange[]) => void;
  readonly onWarning: (error: Error) => void;
}

/** How many folders are read at a time: more than the system's pool of threads has. */
const readers = 16;

/** After a change so long is waited for further ones, in milliseconds. */
const settleTime = 20;

/** Reading folders takes at most this part of the time, however often they change. */
const maxShare = 0.1;

/** A folder that cannot be watched for one of these is gone. */
const gone: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM']);

/**
 * Keeps the index of a folder current: reads each folder once, watches it, and reads it again when
 * it has changed. All are read again from time to time, for what the watching missed.
 */
export class FolderSync {
  readonly #options: FolderSyncOptions;
  readonly #watches = new Map<string, FolderWatch>();
  readonly #changed = new Set<string>();
  #canWatch = true;
  #closed = false;
  #busy = false;
  #restUntil = 0;
  #nextPass: Timer | undefined;
  #nextRescan: Timer | undefined;

  constructor(options: FolderSyncOptions) {
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
    const start = clock.now();
    const folders = [...this.#changed];
    this.#changed.clear();
    const changes: IndexChange[] = [];
    await visitAll(folders, async (folder) => {
      const change = await this.#read(folder);
      if (change) changes.push(change);
      return change?.newFolders ?? [];
    });
    this.#busy = false;
    if (this.#closed) return;
    this.#restUntil = clock.now() + (clock.now() - start) / maxShare;
    onPass(changes);
    this.#nextRescan = clock.schedule(
      () => {
        for (const folder of this.#options.index.folders()) this.#changed.add(folder);
        this.#mark('');
      },
      Math.max(rescanInterval, this.#restUntil - clock.now()),
    );
    this.#schedulePass();
  }

  async #read(folder: string): Promise<IndexChange | undefined> {
    const { root, index } = this.#options;
    // Watched first: what comes while the folder is read is told.
    this.#watch(folder);
    const listing = await listFolder(root, folder);
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

/** Visits each of some folders and those that a visit finds, several at a time. */
function visitAll(
  folders: readonly string[],
  visit: (folder: string) => Promise<readonly string[]>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const waiting = [...folders];
    let running = 0;
    const next = (): void => {
      while (running < readers && waiting.length > 0) {
        running += 1;
        visit(waiting.pop()!).then((found) => {
          for (const folder of found) waiting.push(folder);
          running -= 1;
          next();
        }, reject);
      }
      if (running === 0) resolve();
    };
    next();
  });
}
