import { statfs, type FileHandle } from 'node:fs/promises';
import { placeFile, type SavedFile } from './place-file.ts';
import { syncFolder } from './sync-folder.ts';
import { TransferError } from './transfer-error.ts';
import { createUnfinished, removeUnfinished } from './unfinished.ts';

/** How a file is taken in. */
export interface IncomingFileOptions {
  /** The folder in which it gets its place. */
  readonly folder: string;
  /** How many bytes will come. */
  readonly size: number;
  /** Whether it is on the disk itself, and not only on its way there, when it gets its name. */
  readonly sync: boolean;
}

/** So many bytes are written before they are synced in the background, while further ones come. */
const syncEvery = 32 * 1024 * 1024;

/**
 * A file on its way in: written under a hidden name of its own, put in its place only when it is
 * whole, and never over another file.
 */
export class IncomingFile {
  readonly #options: IncomingFileOptions;
  readonly #path: string;
  readonly #handle: FileHandle;
  #written = 0;
  #synced = 0;
  /** A sync that runs in the background; its failure is told once, whatever a later one says. */
  #syncing: Promise<void> | undefined;
  #syncFailure: Error | undefined;

  private constructor(options: IncomingFileOptions, path: string, handle: FileHandle) {
    this.#options = options;
    this.#path = path;
    this.#handle = handle;
  }

  /** @throws TransferError `no-space`; the system's error where the folder cannot be written to */
  static async create(options: IncomingFileOptions): Promise<IncomingFile> {
    const { bavail, blocks, bsize } = await statfs(options.folder);
    // Some disks do not tell their size.
    if (blocks > 0 && bavail * bsize < options.size)
      throw new TransferError(
        'no-space',
        `there are ${bavail * bsize} bytes free on the disk, and ${options.size} are to come`,
      );
    const { path, handle } = await createUnfinished(options.folder);
    return new IncomingFile(options, path, handle);
  }

  /** Appends bytes. They must stay in place until it is done. */
  async write(bytes: Uint8Array): Promise<void> {
    let left = bytes;
    while (left.length > 0) {
      const { bytesWritten } = await this.#handle.write(left, 0, left.length, this.#written);
      this.#written += bytesWritten;
      left = left.subarray(bytesWritten);
    }
    if (this.#options.sync && this.#written - this.#synced >= syncEvery) this.#syncInBackground();
  }

  /**
   * Puts the file in its place, as `name`, or where other content has that name as `name (1)`,
   * `name (2)`, … before the extension. `name` must have passed `checkFileName`.
   *
   * @param check called when the file is on the disk and before it gets its name; may throw
   */
  async complete(
    name: string,
    check: () => void,
    signal: AbortSignal | undefined,
  ): Promise<SavedFile> {
    const { folder, sync } = this.#options;
    if (sync) {
      await this.#syncing;
      if (this.#syncFailure) throw this.#syncFailure;
      await this.#handle.datasync();
    }
    await this.#handle.close();
    check();
    const saved = await placeFile(this.#path, folder, name, signal);
    await removeUnfinished(folder, this.#path);
    if (sync) await syncFolder(folder);
    return saved;
  }

  /** Removes what was written; after `complete` has succeeded this does nothing. */
  async discard(): Promise<void> {
    await this.#syncing;
    await this.#handle.close().catch(() => undefined);
    await removeUnfinished(this.#options.folder, this.#path);
  }

  #syncInBackground(): void {
    if (this.#syncing) return;
    this.#synced = this.#written;
    this.#syncing = this.#handle.datasync().then(
      () => {
        this.#syncing = undefined;
      },
      (error: unknown) => {
        this.#syncing = undefined;
        this.#syncFailure = error as Error;
      },
    );
  }
}
