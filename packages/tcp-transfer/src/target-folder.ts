import { open, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hiddenFolder, makeHiddenFolder, removeHiddenFolder } from './hidden-folder.ts';
import { ownIdentity } from './process-identity.ts';
import { syncFolder } from './sync-folder.ts';
import { clearUnfinished, resumable, unfinishedName, type UnfinishedKey } from './unfinished.ts';
import { rename, unlink } from './while-busy.ts';

/** The folders that downloads of this process are going into right now, by path. */
const inUse = new Map<string, TargetFolder>();

/** An unfinished file, open for reading and writing. */
export interface Unfinished {
  readonly path: string;
  readonly handle: FileHandle;
}

/**
 * A folder that downloads go into. Downloads that go into it at the same time share what is to be
 * done for the folder: clearing it, its hidden folder, and syncing it.
 */
export class TargetFolder {
  readonly path: string;
  /** Unfinished files that are being written. */
  readonly #held = new Set<string>();
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
   * Creates an unfinished file, exclusively; with a key it can be gone on with later.
   *
   * @throws the system's error where the folder cannot be written to
   */
  async createUnfinished(key?: UnfinishedKey): Promise<Unfinished> {
    this.#cleared ??= clearUnfinished(this.path).then(() => makeHiddenFolder(this.path));
    await this.#cleared;
    const path = this.#newPath(key);
    // Another process may end its last download, and remove the folder, just after it was made.
    for (let attempt = 1; ; attempt += 1) {
      try {
        const handle = await open(path, 'wx+');
        this.#held.add(path);
        return { path, handle };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === 100) throw error;
        await makeHiddenFolder(this.path);
      }
    }
  }

  /** Takes over what was left under a key, exclusively; `undefined` where nothing was. */
  async claimUnfinished(key: UnfinishedKey): Promise<Unfinished | undefined> {
    for (const left of await resumable(this.path, key, this.#held)) {
      const path = this.#newPath(key);
      this.#held.add(path);
      try {
        // Of all who try, one succeeds: the others find the old name gone.
        await rename(left, path);
        return { path, handle: await open(path, 'r+') };
      } catch {
        this.#held.delete(path);
      }
    }
    return undefined;
  }

  /** Gives an unfinished file another key. Where the system does not let it, it keeps its own. */
  async renameUnfinished(unfinished: Unfinished, key: UnfinishedKey): Promise<Unfinished> {
    const path = this.#newPath(key);
    this.#held.add(path);
    try {
      await rename(unfinished.path, path);
    } catch {
      this.#held.delete(path);
      return unfinished;
    }
    this.#held.delete(unfinished.path);
    return { ...unfinished, path };
  }

  /** Nobody of this process writes to an unfinished file any more. */
  leaveUnfinished(path: string): void {
    this.#held.delete(path);
  }

  #newPath(key: UnfinishedKey | undefined): string {
    return join(this.path, hiddenFolder, unfinishedName(ownIdentity(), key));
  }

  /** Removes an unfinished file. What cannot be removed now is removed at the next start. */
  async removeUnfinished(path: string): Promise<void> {
    this.#held.delete(path);
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
