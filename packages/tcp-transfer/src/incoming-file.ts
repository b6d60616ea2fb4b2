import type { FileHandle } from 'node:fs/promises';
import { BackgroundSync } from './background-sync.ts';
import { checkSpace } from './check-space.ts';
import { placeFile, type Placing, type SavedFile } from './place-file.ts';
import { TargetFolder } from './target-folder.ts';

/** How a file is taken in. */
export interface IncomingFileOptions {
  /** The folder in which it gets its place. */
  readonly folder: string;
  /** How many bytes will come. */
  readonly size: number;
  /** Whether it is on the disk itself, and not only on its way there, when it gets its name. */
  readonly sync: boolean;
}

/**
 * A file on its way in: written under a hidden name of its own, put in its place only when it is
 * whole, and never over another file.
 */
export class IncomingFile {
  readonly #options: IncomingFileOptions;
  readonly #folder: TargetFolder;
  readonly #path: string;
  readonly #handle: FileHandle;
  #completed = false;
  readonly #sync: BackgroundSync;
  #written = 0;

  private constructor(
    options: IncomingFileOptions,
    folder: TargetFolder,
    { path, handle }: { readonly path: string; readonly handle: FileHandle },
  ) {
    this.#options = options;
    this.#folder = folder;
    this.#path = path;
    this.#handle = handle;
    this.#sync = new BackgroundSync(handle);
  }

  /** @throws TransferError `no-space`; the system's error where the folder cannot be written to */
  static async create(options: IncomingFileOptions): Promise<IncomingFile> {
    await checkSpace(options.folder, options.size);
    const folder = TargetFolder.acquire(options.folder);
    try {
      return new IncomingFile(options, folder, await folder.createUnfinished());
    } catch (error) {
      await folder.release();
      throw error;
    }
  }

  /** Appends bytes. They must stay in place until it is done. */
  async write(bytes: Uint8Array): Promise<void> {
    let left = bytes;
    while (left.length > 0) {
      const { bytesWritten } = await this.#handle.write(left, 0, left.length, this.#written);
      this.#written += bytesWritten;
      left = left.subarray(bytesWritten);
    }
    if (this.#options.sync) this.#sync.written(bytes.length);
  }

  /**
   * Gives the file its place, as {@link placeFile} does.
   *
   * @param check called when the file is on the disk and before it gets its name; may throw
   */
  async complete(placing: Placing, check: () => void | Promise<void>): Promise<SavedFile> {
    const { folder, sync } = this.#options;
    if (sync) await this.#sync.finish();
    await this.#handle.close();
    await check();
    const saved = await placeFile(this.#path, folder, placing);
    await this.#folder.removeUnfinished(this.#path);
    this.#completed = true;
    if (sync) await this.#folder.sync();
    return saved;
  }

  /** Removes what is left: to be called in the end, whether it has succeeded or not. */
  async release(): Promise<void> {
    await this.#sync.idle();
    if (!this.#completed) {
      await this.#handle.close().catch(() => undefined);
      await this.#folder.removeUnfinished(this.#path);
    }
    await this.#folder.release();
  }
}
