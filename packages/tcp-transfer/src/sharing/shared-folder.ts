// Serves all files in a folder and below it by base name, and follows its changes.
import { EventEmitter } from 'node:events';
import { join, relative, sep } from 'node:path';
import { baseName } from '@peerlane/protocol';
import { checkPositive } from '../check-options.ts';
import { systemClock, type Clock } from '../clock.ts';
import { DiskLook } from '../names/disk-look.ts';
import { IndexUpdater } from './index-updater.ts';
import { watchFolder, type WatchFolder } from './watch-folder.ts';
import { listFolder } from './list-folder.ts';
import { NameIndex, type NameClash } from '../names/name-index.ts';
import { isInside, openInside, statusInside } from './open-inside.ts';
import type { FileStatus, OpenFileOptions, ServedFiles, SharedFile } from './served-files.ts';
import { SharedFolders } from './shared-folders.ts';
import { SharedPlace } from './shared-place.ts';
import { StableFile } from './stable-file.ts';

/** The events of a {@link SharedFolder}. Filenames are those on disk: data, not safe to print. */
export interface SharedFolderEvents {
  /** There is a file with a name that no file had before. */
  added: [filename: string];
  /** There is no file with that name any more. */
  removed: [filename: string];
  /** Several files have one base name: only the first by path order is served. Emitted once. */
  clash: [clash: NameClash];
  /** The folder cannot be read or watched in part; sharing goes on. `cause` is the system's error. */
  warning: [error: Error];
}

/** How a folder is shared. */
export interface SharedFolderOptions {
  /**
   * Listeners that are called from the beginning, while the folder is read for the first time. Files
   * that are found then emit no `added`.
   */
  readonly on?: {
    readonly [Name in keyof SharedFolderEvents]?: (...args: SharedFolderEvents[Name]) => void;
  };
  /**
   * How often the whole folder is read again, for changes that the watch missed, in milliseconds. A
   * folder that takes long to read is read less often.
   * @default 30_000
   */
  readonly rescanInterval?: number;
  /**
   * How a folder is watched.
   * @default by `fs.watch`
   */
  readonly watch?: WatchFolder;
  /** @default the clock of this machine */
  readonly clock?: Clock;
}

/**
 * The regular files in a folder and its subfolders, by base name alone. Files and folders whose names
 * begin with a dot are not shared, nor are files that a symbolic link reaches outside of the folder.
 *
 * The names are kept in memory and kept current: a lookup reads no folder, and a file that comes
 * while the folder is shared is found. A name that is not in memory is looked for on the disk, directly
 * in the folder, up to 100 times a second.
 */
export class SharedFolder extends EventEmitter<SharedFolderEvents> implements ServedFiles {
  readonly #place: SharedPlace;
  readonly #index = new NameIndex();
  readonly #updater: IndexUpdater;
  readonly #disk: DiskLook;
  /**
   * The folders below it.
   * @internal
   */
  readonly folders: SharedFolders;

  private constructor(place: SharedPlace, options: SharedFolderOptions) {
    super();
    this.#place = place;
    this.folders = new SharedFolders([{ index: this.#index, place }]);
    const { clock = systemClock } = options;
    this.#disk = new DiskLook(clock);
    for (const [name, listener] of Object.entries(options.on ?? {}))
      this.on(name as keyof SharedFolderEvents, listener);
    this.#updater = new IndexUpdater({
      root: place.path,
      findRoot: () => place.find(),
      index: this.#index,
      clock,
      watch: options.watch ?? watchFolder,
      list: listFolder,
      rescanInterval: options.rescanInterval ?? 30_000,
      onPass: (changes) => {
        for (const { removed } of changes) for (const name of removed) this.emit('removed', name);
        for (const { added } of changes) for (const name of added) this.emit('added', name);
        for (const clash of this.#index.newClashes()) this.emit('clash', clash);
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
    const folder = new SharedFolder(await SharedPlace.open(path), options);
    await folder.#updater.start();
    return folder;
  }

  /** The folder's path with all symbolic links resolved. It changes if a link on its way does. */
  get path(): string {
    return this.#place.path;
  }

  /** The number of names. */
  get size(): number {
    return this.#index.size;
  }

  /** How many files there are, also those that have the name of another. */
  get fileCount(): number {
    return this.#index.fileCount;
  }

  /** How many folders there are below it. */
  get folderCount(): number {
    return this.#index.folderNames.size;
  }

  /** The absolute paths of all files, also of those that have the name of another. Nothing is opened. */
  *filePaths(): Generator<string> {
    for (const path of this.#index.filePaths()) yield join(this.path, path);
  }

  /**
   * Whether a file or a folder is one of those below it.
   *
   * @param path absolute, with all links resolved
   * @internal
   */
  holds(path: string): boolean {
    return (
      isInside(this.path, path) && this.#index.holds(relative(this.path, path).replaceAll(sep, '/'))
    );
  }

  /** The names that several files have now, with the files that are not served. */
  clashes(): NameClash[] {
    return this.#index.clashes();
  }

  /** Whether there is a file with a name; of the requested name only its base name counts. */
  has(requested: string): boolean {
    return this.#index.has(baseName(requested));
  }

  /** The size in bytes of the file that `openFile` would open now; `undefined` if there is none. */
  async sizeOf(requested: string): Promise<number | undefined> {
    return (await this.statusOf(requested))?.size;
  }

  /** The status of the file that `openFile` would open now; `undefined` if there is none. */
  async statusOf(requested: string): Promise<FileStatus | undefined> {
    for (const path of await this.#find(baseName(requested))) {
      const status = await statusInside(this.#place.area, join(this.path, path));
      if (status) return { filename: baseName(path), size: Number(status.size), identity: status };
    }
    return undefined;
  }

  /**
   * The first names after `after`, or from the beginning, at most `count`: in composed form (NFC), in
   * the order of UTF-16 code units.
   *
   * @param match a text that the names must contain, upper and lower case alike
   */
  namesAfter(after: string | undefined, count: number, match?: string): Promise<readonly string[]> {
    return this.#index.namesAfter(after, count, match);
  }

  /**
   * Opens the file with a name; of the requested name only its base name counts. Of several files the
   * first by path order is opened. A file that was changed a moment ago is awaited: 20 ms and 2 ms for
   * each megabyte, at most 2 s. `undefined` if there is no such file.
   *
   * @throws TransferError `changed` if the file is written to again and again; the system's error if
   * no file can be opened at all, such as `EMFILE`
   */
  async openFile(requested: string, options?: OpenFileOptions): Promise<SharedFile | undefined> {
    const filename = baseName(requested);
    for (const path of await this.#find(filename)) {
      const opened = await openInside(this.#place.area, join(this.path, path));
      if (opened) return StableFile.waitFor(filename, opened, options);
    }
    return undefined;
  }

  async #find(filename: string): Promise<Iterable<string>> {
    return this.has(filename) ? this.#index.find(filename) : this.#disk.find(this.path, filename);
  }

  /** Stops watching; open files stay open. A second call does nothing more. */
  close(): Promise<void> {
    this.#updater.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
