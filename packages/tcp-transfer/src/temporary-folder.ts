import { constants } from 'node:fs';
import { mkdtemp, open, readdir, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { entriesFolder } from './digest-folder.ts';
import { HeldFolder } from './held-folder.ts';
import { openHiddenFolder, openOwn, removeHiddenFolder } from './hidden-folder.ts';
import { Ownership } from './ownership.ts';
import { TransferError } from './transfer-error.ts';
import { rmdir, unlink } from './while-busy.ts';

/**
 * A folder of ours alone among the system's temporary ones, for files that nobody is to find. Dispose
 * of it in the end: it goes with all that we have made in it.
 */
export class TemporaryFolder implements AsyncDisposable {
  readonly #parent: HeldFolder;
  readonly #folder: HeldFolder;
  readonly #name: string;
  readonly #ownership: Ownership;

  private constructor(parent: HeldFolder, folder: HeldFolder, name: string, ownership: Ownership) {
    this.#parent = parent;
    this.#folder = folder;
    this.#name = name;
    this.#ownership = ownership;
  }

  /**
   * Makes one.
   *
   * @param prefix what its name begins with
   * @throws TransferError `disk` where another folder was put in its place; the system's error
   */
  static async make(prefix: string): Promise<TemporaryFolder> {
    const parent = await HeldFolder.open(tmpdir());
    try {
      const ownership = new Ownership();
      const name = basename(await mkdtemp(parent.at(prefix)));
      const folder = await openOwn(parent, name, ownership);
      if (folder) return new TemporaryFolder(parent, folder, name, ownership);
      const place = join(parent.path, name);
      throw new TransferError('disk', `${place} was taken away by somebody else`);
    } catch (error) {
      await parent.close();
      throw error;
    }
  }

  /** Where it is, for people and for other processes. */
  get path(): string {
    return this.#folder.path;
  }

  /** By this path the process reaches it, whatever stands at `path` by now. */
  get anchor(): string {
    return this.#folder.anchor;
  }

  /** Opens a file in it for reading. */
  open(name: string): Promise<FileHandle> {
    return open(this.#folder.at(name), constants.O_RDONLY | constants.O_NOFOLLOW);
  }

  /** Makes a file in it. */
  async write(name: string, content: string): Promise<void> {
    await writeFile(this.#folder.at(name), content, { flag: 'wx' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const hidden = await openHiddenFolder(this.#folder, this.#ownership);
    if (hidden) {
      const entries = await openOwn(hidden, entriesFolder, this.#ownership);
      if (entries) {
        await unlinkAll(entries);
        await rmdir(hidden.at(entriesFolder)).catch(() => undefined);
      }
      await unlinkAll(hidden);
      await removeHiddenFolder(this.#folder, hidden);
      await Promise.all([entries?.close(), hidden.close()]);
    }
    await unlinkAll(this.#folder);
    if (await this.#parent.holds(this.#name, this.#folder.status))
      await rmdir(this.#parent.at(this.#name)).catch(() => undefined);
    await Promise.all([this.#folder.close(), this.#parent.close()]);
  }
}

/** Removes the files in a folder, and no folders: a link to one is removed itself. */
async function unlinkAll(folder: HeldFolder): Promise<void> {
  for (const name of await readdir(folder.anchor))
    await unlink(folder.at(name)).catch(() => undefined);
}
