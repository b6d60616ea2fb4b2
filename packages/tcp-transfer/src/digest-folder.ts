import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { hiddenFolder, makeHiddenFolder } from './hidden-folder.ts';
import { rename, unlink } from './while-busy.ts';

const entrySuffix = '.digests';
const temporarySuffix = '.new';

const day = 24 * 60 * 60 * 1000;

/** An entry that nobody asked for in so long is of a file that is gone, or might as well be. */
const forgottenAfter = 30 * day;

/** What was being written so long ago was left by a process that is dead. */
const writingTakesLess = day / 24;

// Windows lacks the last two, and leaves them out of the result. A FIFO must not be waited for.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Small files by name in the hidden folder of a shared folder. Several processes may use it. */
export class DigestFolder {
  readonly path: string;
  readonly #folder: string;
  readonly #maxEntries: number;
  readonly #now: () => number;
  /** How many entries there may be more than the last sweep left. */
  #added = Infinity;

  /** @param now the time of day, in milliseconds since 1970 */
  constructor(folder: string, maxEntries: number, now: () => number) {
    this.#folder = folder;
    this.path = join(folder, hiddenFolder, 'digests');
    this.#maxEntries = maxEntries;
    this.#now = now;
  }

  /** Reads an entry that must have so many bytes; `undefined` where there is no such one. */
  async read(name: string, length: number): Promise<Uint8Array | undefined> {
    const path = join(this.path, name + entrySuffix);
    const handle = await open(path, openFlags).catch(() => undefined);
    try {
      const status = await handle?.stat();
      if (!handle || !status?.isFile() || status.size !== length) return undefined;
      const bytes = await handle.readFile();
      const now = this.#now();
      // So it is known to be in use.
      if (now - status.mtimeMs >= day) await utimes(path, now / 1000, now / 1000);
      return bytes;
    } catch {
      return undefined;
    } finally {
      await handle?.close();
    }
  }

  /**
   * Writes an entry, as a whole or not at all.
   *
   * @throws the system's error where it cannot
   */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    await this.#make();
    const temporary = join(this.path, `${name}-${randomUUID()}${temporarySuffix}`);
    try {
      const handle = await open(temporary, 'wx');
      try {
        await handle.writeFile(bytes);
      } finally {
        await handle.close();
      }
      // The disk may have another clock than we.
      const now = this.#now() / 1000;
      await utimes(temporary, now, now);
      await rename(temporary, join(this.path, name + entrySuffix));
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    this.#added += 1;
    if (this.#added >= this.#maxEntries / 10) await this.#sweep();
  }

  /** Another process may remove the hidden folder, while nothing is in it, just after it was made. */
  async #make(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const status = await lstat(this.path).catch(() => undefined);
      if (status?.isDirectory()) return;
      await makeHiddenFolder(this.#folder);
      try {
        await mkdir(this.path);
        return;
      } catch (error) {
        // A link in its place could lead anywhere, so it is looked at again.
        if (attempt === 10) throw error;
      }
    }
  }

  /** Removes what is forgotten, and of the others the oldest: there is room for a tenth then. */
  async #sweep(): Promise<void> {
    this.#added = 0;
    const now = this.#now();
    const entries: { readonly path: string; readonly age: number }[] = [];
    const gone: string[] = [];
    for (const name of await readdir(this.path)) {
      const path = join(this.path, name);
      const status = await lstat(path).catch(() => undefined);
      const age = status ? now - status.mtimeMs : 0;
      if (name.endsWith(temporarySuffix) && age >= writingTakesLess) gone.push(path);
      else if (name.endsWith(entrySuffix)) entries.push({ path, age });
    }
    entries.sort((one, other) => one.age - other.age);
    const kept = Math.max(1, Math.floor(this.#maxEntries * 0.9));
    for (const [index, { path, age }] of entries.entries())
      if (index >= kept || age >= forgottenAfter) gone.push(path);
    for (const path of gone) await unlink(path).catch(() => undefined);
  }
}
