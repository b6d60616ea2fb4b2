import { EventEmitter } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { baseName } from '@peerlane/protocol';
import { checkPositive } from '../check-options.ts';
import { systemClock, type Clock } from '../clock.ts';
import { resolveShared } from '../paths/named-way.ts';
import { pinFolder } from '../paths/pinned-folder.ts';
import { namesAfter } from './names-after.ts';
import { IndexUpdater } from './index-updater.ts';
import { watchFolder, type WatchFolder } from './watch-folder.ts';
import { listFolder } from './list-folder.ts';
import { NameIndex, type NameClash } from './name-index.ts';
import { folderArea, openInside, statusInside, type ServedArea } from './open-inside.ts';
import type { FileStatus, ServedFiles, SharedFile } from './served-files.ts';
import { StableFile } from './stable-file.ts';

/** What a {@link SharedFolder} tells. Names are those on disk: data, not safe to print. */
export interface SharedFolderEvents {
  /** A file has come under a name that there was not. */
  added: [name: string];
  /** There is no file of that name any more. */
  removed: [name: string];
  /** Files of one base name: only the first by path order is served. Told once. */
  clash: [clash: NameClash];
  /** Something went wrong that the folder survives. */
  warning: [error: Error];
}

/** How a folder is shared. */
export interface SharedFolderOptions {
  /**
   * Listeners that hear events from the first moment, while the folder is read for the first time.
   * Files found then are not told as `added`.
   */
  readonly on?: {
    readonly [Name in keyof SharedFolderEvents]?: (...args: SharedFolderEvents[Name]) => void;
  };
  /**
   * How often the whole folder is read again, for what watching it missed, in milliseconds. A
   * folder that takes long to read is read less often.
   * @default 30_000
   */
  readonly rescanInterval?: number;
  /** @default the means of the system */
  readonly watch?: WatchFolder;
  /** @default the time of this machine */
  readonly clock?: Clock;
}

/**
 * The files that a node shares: everything in a folder and its subfolders, by base name alone.
 * What is hidden (its name begins with a dot) is not shared, nor is what is no regular file, nor
 * what a symbolic link reaches outside of the folder.
 *
 * The names are kept in memory and kept current: a lookup reads no folder, and a file that comes
 * while the folder is shared is found.
 */
export class SharedFolder extends EventEmitter<SharedFolderEvents> implements ServedFiles {
  /** The folder's path with all symbolic links resolved. */
  readonly path: string;
  readonly #area: ServedArea;
  readonly #index = new NameIndex();
  readonly #updater: IndexUpdater;
  #started = false;

  private constructor(path: string, area: ServedArea, options: SharedFolderOptions) {
    super();
    this.path = path;
    this.#area = area;
    for (const [name, listener] of Object.entries(options.on ?? {}))
      this.on(name as keyof SharedFolderEvents, listener);
    this.#updater = new IndexUpdater({
      root: path,
      index: this.#index,
      clock: options.clock ?? systemClock,
      watch: options.watch ?? watchFolder,
      list: listFolder,
      rescanInterval: options.rescanInterval ?? 30_000,
      onPass: (changes) => {
        if (this.#started) {
          for (const name of changes.flatMap(({ removed }) => removed)) this.emit('removed', name);
          for (const name of changes.flatMap(({ added }) => added)) this.emit('added', name);
        }
        for (const clash of this.#index.takeClashes()) this.emit('clash', clash);
      },
      onWarning: (error) => this.emit('warning', error),
    });
  }

  /**
   * Shares a folder: reads it once, then keeps its names current until it is closed.
   *
   * @throws the system's error if the folder does not exist or cannot be read; Error if a link of
   * another user on its path leads to a folder that is not theirs; RangeError if an option makes no
   * sense
   */
  static async open(path: string, options: SharedFolderOptions = {}): Promise<SharedFolder> {
    const { rescanInterval = 30_000 } = options;
    checkPositive({ rescanInterval });
    const resolved = await resolveShared(path);
    await readdir(resolved);
    const area = folderArea(resolved, await pinFolder(resolved));
    const folder = new SharedFolder(resolved, area, options);
    await folder.#updater.start();
    folder.#started = true;
    return folder;
  }

  /** How many names there are. */
  get size(): number {
    return this.#index.size;
  }

  /** Whether there is a file for a requested name; of the name only its base name counts. */
  has(requested: string): boolean {
    return this.#index.has(baseName(requested));
  }

  /**
   * The size in bytes of the file for a requested name, as `openFile` would find it now, without
   * opening it; `undefined` where there is none.
   */
  async sizeOf(requested: string): Promise<number | undefined> {
    return (await this.statusOf(requested))?.size;
  }

  /**
   * What the file for a requested name is, as `openFile` would find it now, without opening it;
   * `undefined` where there is none.
   */
  async statusOf(requested: string): Promise<FileStatus | undefined> {
    for (const path of this.#index.find(baseName(requested))) {
      const status = await statusInside(this.#area, join(this.path, path));
      if (status) return { name: baseName(path), size: Number(status.size), identity: status };
    }
    return undefined;
  }

  /**
   * The first names behind `after`, or from the beginning, at most `count`: in composed form, in the
   * order of UTF-16 code units.
   */
  namesAfter(after: string | undefined, count: number): Promise<readonly string[]> {
    return namesAfter(this.#index.names(), after, count);
  }

  /**
   * Opens the file for a requested name; of the name only its base name counts. Of several files
   * with that name it is the first in the order of their paths. One that was written to just now is
   * given a moment, its size in bytes / 500,000 in milliseconds, to be written to the end.
   *
   * @throws TransferError `changed` where it is written to again and again; the system's error where no file can be opened at all, such as `EMFILE`
   */
  async openFile(requested: string): Promise<SharedFile | undefined> {
    const name = baseName(requested);
    for (const path of this.#index.find(name)) {
      const opened = await openInside(this.#area, join(this.path, path));
      if (opened) return StableFile.waitFor(name, opened);
    }
    return undefined;
  }

  /** Stops watching; files that are open stay so. A second call does nothing more. */
  close(): Promise<void> {
    this.#updater.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
