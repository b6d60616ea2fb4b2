import { constants } from 'node:fs';
import { open, readdir, realpath, type FileHandle } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { baseName } from '@peerlane/protocol';

// Windows lacks the last two, and leaves them out of the result.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A file of a shared folder, open for reading. Whoever asked for it closes it. */
export interface SharedFile {
  /** Its base name. */
  readonly name: string;
  /** Its size in bytes when it was opened. */
  readonly size: number;
  readonly handle: FileHandle;
}

/**
 * The files that a node shares: everything in a folder and its subfolders, by base name alone.
 * What is hidden (its name begins with a dot) is not shared, nor is what is no regular file, nor
 * what a symbolic link reaches outside of the folder.
 */
export class SharedFolder {
  /** The folder's path with all symbolic links resolved. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Shares a folder.
   *
   * @throws the system's error where the folder does not exist or cannot be read
   */
  static async open(path: string): Promise<SharedFolder> {
    const resolved = await realpath(path);
    await readdir(resolved);
    return new SharedFolder(resolved);
  }

  /** Whether there is a file for a requested name; of the name only its base name counts. */
  async has(requested: string): Promise<boolean> {
    const file = await this.openFile(requested);
    await file?.handle.close();
    return file !== undefined;
  }

  /**
   * Opens the file for a requested name; of the name only its base name counts. Of several files
   * with that name it is the first in the order of their paths.
   */
  async openFile(requested: string): Promise<SharedFile | undefined> {
    const name = baseName(requested);
    if (name === '' || name.startsWith('.')) return undefined;
    for await (const path of this.#walk(this.path)) {
      if (!path.endsWith(sep + name)) continue;
      const file = await this.#open(path, name);
      if (file) return file;
    }
    return undefined;
  }

  async #open(path: string, name: string): Promise<SharedFile | undefined> {
    let handle: FileHandle | undefined;
    try {
      const target = await realpath(path);
      if (relative(this.path, target).startsWith('..')) return undefined;
      // What was checked may be something else by now: no link is followed, no FIFO waited for.
      handle = await open(target, openFlags);
      const status = await handle.stat();
      if (status.isFile()) return { name, size: status.size, handle };
    } catch {
      // It is gone, or may not be read: not shared.
    }
    await handle?.close();
    return undefined;
  }

  /** The paths of everything that is no folder, in order. */
  async *#walk(folder: string): AsyncGenerator<string> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) yield* this.#walk(path);
      else yield path;
    }
  }
}
