// A file while it is being downloaded: written, synced, and then placed, discarded or left.
import { open, type FileHandle } from 'node:fs/promises';
import { systemClock, type Clock } from '../clock.ts';
import { setChanged } from '../paths/file-time.ts';
import { readFlags } from '../paths/same-content.ts';
import { BackgroundSync } from './fsync.ts';
import { Heartbeat } from '../leftovers/heartbeat.ts';
import { blockBytes } from '../leftovers/left-files.ts';
import { checkSpace } from './disk-error.ts';
import type { DownloadFolder } from './download-folder.ts';
import type { Unfinished } from '../leftovers/open-unfinished.ts';
import type { PlacedFile, Placing } from './place-file.ts';
import { setSize } from './set-size.ts';
import type { UnfinishedKey } from '../leftovers/unfinished-name.ts';
import type { WrittenFile } from '../paths/written-file.ts';

/** How much is copied at a time, and how much more than the verified may be left, in bytes. */
const [copyBytes, slack] = [1024 * 1024, 1024 * 1024];

/** A part of a file in bytes. */
export interface Part {
  readonly offset: number;
  readonly length: number;
}

/** The options of an {@link UnfinishedFile}. */
export interface UnfinishedFileOptions {
  readonly folder: DownloadFolder;
  /** In bytes. */
  readonly size: number;
  /** Whether it is synced to disk before it is placed. */
  readonly sync: boolean;
  /**
   * The key under which an earlier download may have left it, and under which it is kept.
   * @default none: no later download can go on with it
   */
  readonly key?: UnfinishedKey | undefined;
  /** @default the time of this machine */
  readonly clock?: Clock;
  /** Ends the wait until it is known whether another process goes on with the file. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A file that is written in any order under a hidden name, and placed only when it is whole. With a key,
 * a later download goes on with what is there.
 */
export class UnfinishedFile {
  /** Whether an earlier download left it. */
  readonly resumed: boolean;
  readonly #options: UnfinishedFileOptions;
  readonly #sync: BackgroundSync;
  /** Of a file that another process could go on with. */
  readonly #heartbeat: Heartbeat | undefined;
  /** Resolves when the last check of the heartbeat is over: others write in the order of their calls. */
  #checked: Promise<void> = Promise.resolve();
  /** The work of others that write by the descriptor. */
  readonly #writing = new Set<Promise<unknown>>();
  #key: UnfinishedKey | undefined;
  #unfinished: Unfinished;
  #closed = false;

  private constructor(options: UnfinishedFileOptions, unfinished: Unfinished, resumed = false) {
    this.#options = options;
    this.#unfinished = unfinished;
    this.#sync = new BackgroundSync(unfinished.handle);
    this.resumed = resumed;
    const { key, clock = systemClock } = options;
    this.#heartbeat = key && new Heartbeat(() => this.#unfinished, clock);
  }

  /**
   * Claims what an earlier download left under the key, or makes a new file.
   *
   * @throws TransferError `no-space`; the system's error if the folder cannot be written to; the reason
   * of an aborted `signal`
   */
  static async open(options: UnfinishedFileOptions): Promise<UnfinishedFile> {
    const { folder, size, key, clock = systemClock, signal } = options;
    const claimed = key && (await folder.claimUnfinished(key, { clock, signal }));
    const unfinished = claimed ?? (await folder.createUnfinished(key));
    const file = new UnfinishedFile(options, unfinished, claimed !== undefined);
    file.#key = key;
    try {
      const { blocks } = await unfinished.handle.stat();
      await checkSpace(folder.anchor, size - blocks * blockBytes);
      await setSize(unfinished.handle, size, key !== undefined);
    } catch (error) {
      if (claimed) await file.close();
      else await file.discard();
      throw error;
    }
    return file;
  }

  /** Its hidden name. */
  get name(): string {
    return this.#unfinished.name;
  }

  /** The hidden name under which it was found, if it was left before. */
  get found(): string | undefined {
    return this.#unfinished.found;
  }

  /** Its descriptor, valid until it is closed. */
  get fd(): number {
    return this.#unfinished.handle.fd;
  }

  /** Files it under another key from now on. */
  async rename(key: UnfinishedKey): Promise<void> {
    this.#unfinished = await this.#options.folder.renameUnfinished(this.#unfinished, key);
    this.#key = key;
  }

  /** Writes bytes at a position. They must stay in place until it resolves. */
  async write(bytes: Uint8Array, position: number): Promise<void> {
    await this.#heartbeat?.check();
    for (let done = 0; done < bytes.length;) {
      const left = bytes.length - done;
      const { handle } = this.#unfinished;
      const { bytesWritten } = await handle.write(bytes, done, left, position + done);
      done += bytesWritten;
    }
    if (this.#options.sync) this.#sync.written(bytes.length);
  }

  /** Lets a thread write some bytes by the descriptor, which stays open until it has, in the order of the calls. */
  async writeBy<T>(length: number, work: (fd: number) => Promise<T>): Promise<T> {
    this.#checked = this.#checked.then(() => this.#heartbeat?.check());
    await this.#checked;
    if (this.#closed) throw new Error('the file was closed');
    const writing = work(this.fd);
    this.#writing.add(writing);
    try {
      const result = await writing;
      if (this.#options.sync) this.#sync.written(length);
      return result;
    } finally {
      this.#writing.delete(writing);
    }
  }

  /** Opens it once more, to read what is in it. */
  reader(): Promise<FileHandle> {
    const { hidden, name } = this.#unfinished;
    return open(hidden.at(name), readFlags);
  }

  /** A second file, for parts that come from two sources; the caller discards it. */
  async spare(): Promise<UnfinishedFile> {
    const { folder, size } = this.#options;
    return new UnfinishedFile({ folder, size, sync: false }, await folder.createUnfinished());
  }

  /** Copies a part to the same position of another file. */
  async copyTo(to: UnfinishedFile, { offset, length }: Part): Promise<void> {
    const buffer = Buffer.allocUnsafeSlow(Math.min(length, copyBytes));
    for (let done = 0; done < length;) {
      const wanted = Math.min(buffer.length, length - done);
      const { bytesRead } = await this.#unfinished.handle.read(buffer, 0, wanted, offset + done);
      if (bytesRead === 0) throw new Error('the file was truncated');
      await to.write(buffer.subarray(0, bytesRead), offset + done);
      done += bytesRead;
    }
  }

  /**
   * Finishes the file once all of it is written.
   *
   * @param mtime when its content was last changed, in milliseconds since 1970, if that is known
   * @throws the system's error if not all bytes are on the disk
   */
  async finish(mtime?: number): Promise<void> {
    const { handle } = this.#unfinished;
    await this.#heartbeat?.stop();
    if (mtime !== undefined) await setChanged(handle, mtime);
    if (this.#options.sync) await this.#sync.finish();
  }

  /**
   * Places the finished file, as `placeFile` does, and closes it.
   *
   * @returns its place, and what was written unless a file of the same content was there
   * @throws TransferError `exists`; the system's error; the reason of an aborted `signal`
   */
  async place(placing: Placing): Promise<PlacedFile & { readonly written?: WrittenFile }> {
    const { folder, sync } = this.#options;
    const written = await this.#unfinished.handle.stat({ bigint: true });
    // Its name stays reserved: no other download of this process must go on with it now.
    await this.#closeHandle();
    const placed = await folder.place(this.#unfinished, placing);
    await folder.removeUnfinished(this.#unfinished);
    if (sync) await folder.sync();
    return { ...placed, ...(placed.created && { written }) };
  }

  /** Closes the file and removes it. */
  async discard(): Promise<void> {
    await this.close();
    await this.#options.folder.removeUnfinished(this.#unfinished);
  }

  /**
   * Looks at a file that was closed once more: if most of it is not verified, only what is remains, in a
   * new file. Does nothing if another download goes on with it.
   *
   * @param verified the parts that are known to be right
   */
  async trim(verified: readonly Part[]): Promise<void> {
    const handle = await this.reader().catch(() => undefined);
    if (!handle) return;
    this.#unfinished = { ...this.#unfinished, handle };
    this.#closed = false;
    const right = verified.reduce((sum, { length }) => sum + length, 0);
    const { blocks } = await handle.stat();
    if (right > 0 && blocks * blockBytes <= 2 * right + slack) return this.close();
    if (right > 0) await this.#copyOf(verified);
    await this.discard();
  }

  async #copyOf(verified: readonly Part[]): Promise<void> {
    const { folder, size } = this.#options;
    const kept = new UnfinishedFile(this.#options, await folder.createUnfinished(this.#key));
    try {
      for (const part of verified) await this.copyTo(kept, part);
      await setSize(kept.#unfinished.handle, size, true);
      await kept.close();
    } catch {
      // The disk may be full: better little is lost than much of it kept.
      await kept.discard();
    }
  }

  /** Closes the file and leaves it to a later download. A second call does nothing more. */
  async close(): Promise<void> {
    await this.#closeHandle();
    this.#options.folder.leaveUnfinished(this.#unfinished);
  }

  async #closeHandle(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#writing);
    await Promise.all([this.#sync.idle(), this.#heartbeat?.stop()]);
    await this.#unfinished.handle.close();
  }
}
