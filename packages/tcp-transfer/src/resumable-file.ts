import { BackgroundSync } from './background-sync.ts';
import { checkSpace } from './check-space.ts';
import { placeFile, type Placing, type SavedFile } from './place-file.ts';
import type { TargetFolder, Unfinished } from './target-folder.ts';
import type { UnfinishedKey } from './unfinished.ts';

/** So much is copied at a time, in bytes. */
const copyBytes = 1024 * 1024;

/** A part of a file in bytes. */
export interface Part {
  readonly offset: number;
  readonly length: number;
}

/** What a {@link ResumableFile} is. */
export interface ResumableFileOptions {
  readonly folder: TargetFolder;
  /** In bytes. */
  readonly size: number;
  /** What it may have been left under, and is kept under. */
  readonly key: UnfinishedKey;
  /** Whether it is to be on the disk itself when it gets its name. */
  readonly sync: boolean;
}

/**
 * A file on its way in that is written in any order. It is kept under a hidden name that tells its
 * key: what is broken off goes on later with what is there.
 */
export class ResumableFile {
  /** Whether something was there, from an earlier download. */
  readonly resumed: boolean;
  readonly #options: Omit<ResumableFileOptions, 'key'>;
  readonly #sync: BackgroundSync;
  #unfinished: Unfinished;
  #closed = false;

  private constructor(
    options: Omit<ResumableFileOptions, 'key'>,
    unfinished: Unfinished,
    resumed: boolean,
  ) {
    this.#options = options;
    this.#unfinished = unfinished;
    this.#sync = new BackgroundSync(unfinished.handle);
    this.resumed = resumed;
  }

  /**
   * Takes up what an earlier download has left, or begins anew.
   *
   * @throws TransferError `no-space`; the system's error where the folder cannot be written to
   */
  static async open(options: ResumableFileOptions): Promise<ResumableFile> {
    const { folder, size, key } = options;
    const claimed = await folder.claimUnfinished(key);
    const unfinished = claimed ?? (await folder.createUnfinished(key));
    const file = new ResumableFile(options, unfinished, claimed !== undefined);
    try {
      const { blocks } = await unfinished.handle.stat();
      await checkSpace(folder.path, size - blocks * 512);
      await unfinished.handle.truncate(size);
    } catch (error) {
      if (claimed) await file.close();
      else await file.discard();
      throw error;
    }
    return file;
  }

  /** Its descriptor, good until it is closed. */
  get fd(): number {
    return this.#unfinished.handle.fd;
  }

  /** Keeps it under another key from now on. */
  async rename(key: UnfinishedKey): Promise<void> {
    this.#unfinished = await this.#options.folder.renameUnfinished(this.#unfinished, key);
  }

  /** Writes bytes at a position. They must stay in place until it is done. */
  async write(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const left = bytes.length - done;
      const { handle } = this.#unfinished;
      const { bytesWritten } = await handle.write(bytes, done, left, position + done);
      done += bytesWritten;
    }
    if (this.#options.sync) this.#sync.written(bytes.length);
  }

  /** A file beside this one, for parts that come twice; to be discarded in the end. */
  async spare(): Promise<ResumableFile> {
    const { folder } = this.#options;
    return new ResumableFile(
      { ...this.#options, sync: false },
      await folder.createUnfinished(),
      false,
    );
  }

  /** Copies a part into another file, to the same place. */
  async copyTo(to: ResumableFile, { offset, length }: Part): Promise<void> {
    const buffer = Buffer.allocUnsafeSlow(Math.min(length, copyBytes));
    for (let done = 0; done < length;) {
      const wanted = Math.min(buffer.length, length - done);
      const { bytesRead } = await this.#unfinished.handle.read(buffer, 0, wanted, offset + done);
      if (bytesRead === 0) throw new Error('the file became shorter');
      await to.write(buffer.subarray(0, bytesRead), offset + done);
      done += bytesRead;
    }
  }

  /**
   * Gives the whole file its place, as {@link placeFile} does.
   *
   * @param mtime when it was last changed, in milliseconds since 1970, where that is known
   * @throws the system's error; the reason of an aborted `signal`
   */
  async complete(placing: Placing, mtime: number | undefined): Promise<SavedFile> {
    const { folder, sync } = this.#options;
    const { handle, path } = this.#unfinished;
    // What a source says may be a time that no disk keeps.
    if (mtime !== undefined)
      await handle.utimes(new Date(), new Date(mtime)).catch(() => undefined);
    if (sync) await this.#sync.finish();
    await this.close();
    const saved = await placeFile(path, folder.path, placing);
    await folder.removeUnfinished(path);
    if (sync) await folder.sync();
    return saved;
  }

  /** Closes the file and removes it. */
  async discard(): Promise<void> {
    await this.close();
    await this.#options.folder.removeUnfinished(this.#unfinished.path);
  }

  /** Leaves the file to a later download. A second call does nothing more. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#sync.idle();
    await this.#unfinished.handle.close();
    this.#options.folder.leaveUnfinished(this.#unfinished.path);
  }
}
