// The folders of a tree on this disk: made, and held open as long as they are in use or were lately.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkTreePath, visibleText, type TreePath } from '@peerlane/protocol';
import { mayChange } from '../leftovers/ownership.ts';
import type { HeldFolder } from '../paths/held-folder.ts';
import { TransferError } from '../transfer-error.ts';
import { isMisspelt } from './spelling.ts';

/** This many folders are held open beside those in use: more than a path has. */
const maxUnused = 128;

/** The codes of errors for a link or a file in the place of a folder. */
const noFolder: ReadonlySet<string | undefined> = new Set(['ENOTDIR', 'ELOOP', 'EMLINK']);

/** A folder in use. */
export interface FolderLease {
  readonly folder: HeldFolder;
  /** Names were given in it, which are to survive a loss of power. */
  readonly named: () => void;
  readonly release: () => void;
}

/** The options of {@link TreeFolders}. */
export interface TreeFoldersOptions {
  /** The folder of the whole tree, which stays open. */
  readonly root: HeldFolder;
  /** Whether the disk may take one name for another. */
  readonly folds: boolean;
  /** Whether names are synced to disk. */
  readonly sync: boolean;
  /** @default 128 */
  readonly maxUnused?: number;
}

interface Entry {
  readonly opening: Promise<HeldFolder>;
  readonly makes: boolean;
  users: number;
  isNamed: boolean;
}

/** Holds folders of a tree. Each is opened in the one that holds it, so that no link is followed. */
export class TreeFolders {
  readonly #options: TreeFoldersOptions;
  /** The least recently used first. */
  readonly #entries = new Map<string, Entry>();
  /** Folders that are being synced and closed. */
  readonly #closing = new Set<Promise<void>>();
  #failure: Error | undefined;

  constructor(options: TreeFoldersOptions) {
    this.#options = options;
  }

  /**
   * Holds the folder at a path of the tree; the empty path is the tree itself.
   *
   * @param makes whether folders that are missing on the way are made
   * @throws TransferError `exists` if something else is in the place of one; the system's error, such as
   * ENOENT
   */
  async hold(path: TreePath, makes: boolean): Promise<FolderLease> {
    if (path.length > 0) checkTreePath(path);
    for (;;) {
      const entry = this.#entryOf(path, makes);
      entry.users += 1;
      const release = (): void => {
        entry.users -= 1;
        this.#trim();
      };
      try {
        const folder = await entry.opening;
        const named = (): void => {
          entry.isNamed = true;
        };
        return { folder, named, release };
      } catch (error) {
        release();
        // Somebody who makes no folders was first to look for it.
        if (entry.makes || !makes) throw error;
      }
    }
  }

  /** @throws the system's error if not all names are on the disk */
  async sync(): Promise<void> {
    for (const entry of this.#entries.values()) {
      const folder = await entry.opening.catch(() => undefined);
      if (folder) await this.#syncNames(entry, folder);
    }
    await Promise.all(this.#closing);
    if (this.#failure) throw this.#failure;
  }

  /** Closes all folders. */
  async close(): Promise<void> {
    for (const [key, entry] of this.#entries) this.#drop(key, entry);
    await Promise.all(this.#closing);
  }

  #entryOf(path: TreePath, makes: boolean): Entry {
    const key = path.join('/');
    let entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (!entry) {
      const opened: Entry = { opening: this.#open(path, makes), makes, users: 0, isNamed: false };
      entry = opened;
      // A folder that is missing now may be made in a moment.
      opened.opening.catch(() => {
        if (this.#entries.get(key) === opened) this.#entries.delete(key);
      });
    }
    this.#entries.set(key, entry);
    return entry;
  }

  async #open(path: TreePath, makes: boolean): Promise<HeldFolder> {
    const name = path.at(-1);
    if (name === undefined) return await this.#options.root.again();
    const parent = await this.hold(path.slice(0, -1), makes);
    try {
      if (makes && (await enterNew(parent.folder, name))) parent.named();
      if (this.#options.folds && (await isMisspelt(parent.folder, name)))
        throw inPlaceOf(parent.folder, name, 'the disk has it under another spelling');
      return await enter(parent.folder, name);
    } finally {
      parent.release();
    }
  }

  #trim(): void {
    let excess = this.#entries.size - (this.#options.maxUnused ?? maxUnused);
    if (excess <= 0) return;
    for (const [key, entry] of this.#entries) {
      if (entry.users > 0) continue;
      this.#drop(key, entry);
      excess -= 1;
      if (excess <= 0) return;
    }
  }

  #drop(key: string, entry: Entry): void {
    this.#entries.delete(key);
    const close = async (): Promise<void> => {
      const folder = await entry.opening.catch(() => undefined);
      if (!folder) return;
      try {
        await this.#syncNames(entry, folder);
      } catch (error) {
        this.#failure ??= error as Error;
      } finally {
        await folder.close();
      }
    };
    const closing = close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #syncNames(entry: Entry, folder: HeldFolder): Promise<void> {
    if (!entry.isNamed || !this.#options.sync) return;
    entry.isNamed = false;
    await folder.sync();
  }
}

/** Makes a folder, if there is nothing of that name; false if there is. */
export async function enterNew(parent: HeldFolder, name: string): Promise<boolean> {
  try {
    await mkdir(parent.at(name));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/**
 * Opens a folder in a folder.
 *
 * @throws TransferError `exists` if something else has the name, or another user has the folder; the
 * system's error
 */
export async function enter(parent: HeldFolder, name: string): Promise<HeldFolder> {
  const folder = await parent.openFolder(name).catch((error: unknown) => {
    if (!noFolder.has((error as NodeJS.ErrnoException).code)) throw error;
    throw inPlaceOf(parent, name, 'a file or a link is in its place');
  });
  if (!mayChange({ uid: Number(folder.status.uid) }, parent)) return folder;
  await folder.close();
  throw inPlaceOf(parent, name, 'another user has a folder of that name');
}

function inPlaceOf(parent: HeldFolder, name: string, reason: string): TransferError {
  const path = join(visibleText(parent.path), visibleText(name));
  return new TransferError('exists', `cannot use the folder ${path}: ${reason}`);
}
