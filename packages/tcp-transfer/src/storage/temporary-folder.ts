// A temporary folder that nobody else can write to, and that is removed with its files.
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { HeldFolder } from '../paths/held-folder.ts';
import { openHiddenFolder, openOwn, removeHiddenFolder } from '../leftovers/hidden-folder.ts';
import { Ownership } from '../leftovers/ownership.ts';
import { TransferError } from '../transfer-error.ts';
import { ownerOf } from '../leftovers/unfinished-name.ts';
import { rmdir, unlink } from '../leftovers/while-busy.ts';

/**
 * A folder in the system's folder for temporary files that only this user can write to. Disposing of it
 * removes it, with the files in it whose names are known.
 */
export class TemporaryFolder implements AsyncDisposable {
  readonly #parent: HeldFolder;
  readonly #folder: HeldFolder;
  readonly #ownership: Ownership;
  readonly #names = new Set<string>();

  private constructor(parent: HeldFolder, folder: HeldFolder, ownership: Ownership) {
    this.#parent = parent;
    this.#folder = folder;
    this.#ownership = ownership;
  }

  /**
   * Makes a temporary folder.
   *
   * @param prefix the beginning of its name
   * @throws TransferError `disk` if something else was put in its place; the system's error
   */
  static async make(prefix: string): Promise<TemporaryFolder> {
    const parent = await HeldFolder.open(tmpdir());
    try {
      const ownership = new Ownership();
      const name = basename(await mkdtemp(parent.at(prefix)));
      const folder = await openOwn(parent, name, ownership);
      // Another folder of this user may have been put in its place.
      const isNew = folder && (await readdir(folder.anchor)).length === 0;
      if (isNew) return new TemporaryFolder(parent, folder, ownership);
      await folder?.close();
      throw new TransferError('disk', `${join(parent.path, name)} was replaced by another folder`);
    } catch (error) {
      await parent.close();
      throw error;
    }
  }

  /** Its path, to show to users and for other processes. */
  get path(): string {
    return this.#folder.path;
  }

  /** The path by which this process reaches it, even if something else is at `path` by now. */
  get anchor(): string {
    return this.#folder.anchor;
  }

  /** The path by which this process reaches a file in it; the file is removed with the folder. */
  at(name: string): string {
    this.#names.add(name);
    return this.#folder.at(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#clearHidden();
    for (const name of this.#names) await unlink(this.#folder.at(name)).catch(() => undefined);
    const name = basename(this.path);
    if (await this.#parent.holds(name, this.#folder.status))
      await rmdir(this.#parent.at(name)).catch(() => undefined);
    await Promise.all([this.#folder.close(), this.#parent.close()]);
  }

  /** Removes the hidden folder that downloads into it made. */
  async #clearHidden(): Promise<void> {
    await using hidden = await openHiddenFolder(this.#folder, this.#ownership);
    if (!hidden) return;
    await unlinkAll(hidden, (name) => ownerOf(name) !== undefined);
    await removeHiddenFolder(this.#folder, hidden);
  }
}

/** Removes the files in a folder that have names of this package. */
async function unlinkAll(folder: HeldFolder, isOurs: (name: string) => boolean): Promise<void> {
  for (const name of (await readdir(folder.anchor)).filter(isOurs))
    await unlink(folder.at(name)).catch(() => undefined);
}
