import { open, unlink, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ownIdentity } from './process-identity.ts';
import { syncFolder } from './sync-folder.ts';
import {
  clearUnfinished,
  hiddenFolder,
  makeHiddenFolder,
  removeHiddenFolder,
  unfinishedName,
} from './unfinished.ts';

/** The folders that downloads of this process are going into right now, by path. */
const inUse = new Map<string, TargetFolder>();

/**
 * A folder that downloads go into. Downloads that go into it at the same time share what is to be
 * done for the folder: clearing it, its hidden folder, and syncing it.
 */
export class TargetFolder {
  readonly path: string;
  #users = 0;
  #cleared: Promise<unknown> | undefined;
  #sync: Promise<void> = Promise.resolve();
  #nextSync: Promise<void> | undefined;

  private constructor(path: string) {
    this.path = path;
  }

  /** The folder, for one more download, which must release it in the end. */
  static acquire(path: string): TargetFolder {
    const key = resolve(path);
    const folder = inUse.get(key) ?? new TargetFolder(path);
    inUse.set(key, folder);
    folder.#users += 1;
    return folder;
  }

  /** A download is done with the folder. */
  async release(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    inUse.delete(resolve(this.path));
    await removeHiddenFolder(this.path);
  }

  /**
   * Creates an unfinished file, exclusively.
   *
   * @throws the system's error where the folder cannot be written to
   */
  async createUnfinished(): Promise<{ readonly path: string; readonly handle: FileHandle }> {
    this.#cleared ??= clearUnfinished(this.path).then(() => makeHiddenFolder(this.path));
    await this.#cleared;
    const path = join(this.path, hiddenFolder, unfinishedName(ownIdentity()));
    // Another process may end its last download, and remove the folder, just after it was made.
    for (let attempt = 1; ; attempt += 1) {
      try {
        return { path, handle: await open(path, 'wx') };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === 100) throw error;
        await makeHiddenFolder(this.path);
      }
    }
  }

  /** Removes an unfinished file. What cannot be removed now is removed at the next start. */
  async removeUnfinished(path: string): Promise<void> {
    await unlink(path).catch(() => undefined);
  }

  /** Makes the names given so far last. Who comes while one sync runs shares the next. */
  sync(): Promise<void> {
    this.#nextSync ??= this.#sync
      .catch(() => undefined)
      .then(() => {
        this.#nextSync = undefined;
        this.#sync = syncFolder(this.path);
        return this.#sync;
      });
    return this.#nextSync;
  }
}
