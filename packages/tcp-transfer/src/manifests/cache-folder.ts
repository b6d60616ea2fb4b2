import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HeldFolder } from '../paths/held-folder.ts';
import {
  entriesFolder,
  entrySuffix,
  isEntryName,
  makeHiddenFolder,
  makeOwn,
  openHiddenFolder,
  openOwn,
  temporarySuffix,
} from '../storage/hidden-folder.ts';
import { Ownership } from '../storage/ownership.ts';
import { TransferError } from '../transfer-error.ts';
import { rename, unlink } from '../storage/while-busy.ts';

const day = 24 * 60 * 60 * 1000;

/** An entry that nobody asked for in so long is of a file that is gone, or might as well be. */
const forgottenAfter = 30 * day;

/** What was being written so long ago was left by a process that is dead. */
const writingTakesLess = day / 24;

/** How often the folder is made again where another process removes it at once. */
const attempts = 10;

// Windows lacks the last two, and leaves them out of the result. A FIFO must not be waited for.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Small files by name in the hidden folder of a shared folder. Several processes may use it. */
export class CacheFolder {
  readonly #folder: string;
  readonly #maxEntries: number;
  readonly #now: () => number;
  readonly #ownership = new Ownership();
  /** How many entries there may be more than the last sweep left. */
  #added = Infinity;

  /** @param now the time of day, in milliseconds since 1970 */
  constructor(folder: string, maxEntries: number, now: () => number) {
    this.#folder = folder;
    this.#maxEntries = maxEntries;
    this.#now = now;
  }

  /** Reads an entry that must have so many bytes; `undefined` where there is no such one. */
  async read(name: string, length: number): Promise<Uint8Array | undefined> {
    try {
      await using entries = await this.#open();
      return entries && (await this.#read(entries.at(name + entrySuffix), length));
    } catch {
      return undefined;
    }
  }

  async #read(path: string, length: number): Promise<Uint8Array | undefined> {
    await using handle = await open(path, openFlags);
    const status = await handle.stat();
    if (!status.isFile() || status.size !== length) return undefined;
    const bytes = await handle.readFile();
    const now = this.#now();
    // So it is known to be in use.
    if (now - status.mtimeMs >= day) await handle.utimes(now / 1000, now / 1000);
    return bytes;
  }

  /**
   * Writes an entry, as a whole or not at all.
   *
   * @throws TransferError `disk` where somebody else's folder is in the place of ours; the system's
   * error
   */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    await using entries = await this.#make();
    const temporary = entries.at(`${name}-${randomUUID()}${temporarySuffix}`);
    try {
      await this.#fill(temporary, bytes);
      await rename(temporary, entries.at(name + entrySuffix));
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    this.#added += 1;
    if (this.#added >= this.#maxEntries / 10) await this.#sweep(entries);
  }

  async #fill(path: string, bytes: Uint8Array): Promise<void> {
    await using handle = await open(path, 'wx');
    await handle.writeFile(bytes);
    // The disk may have another clock than we.
    const now = this.#now() / 1000;
    await handle.utimes(now, now);
  }

  /** Opens the folder of the entries; `undefined` where there is none of ours. */
  async #open(): Promise<HeldFolder | undefined> {
    await using folder = await HeldFolder.open(this.#folder);
    await using hidden = await openHiddenFolder(folder, this.#ownership);
    return hidden && (await openOwn(hidden, entriesFolder, this.#ownership));
  }

  async #make(): Promise<HeldFolder> {
    await using folder = await HeldFolder.open(this.#folder);
    // Another process may remove the hidden folder, while nothing is in it, just after it was made.
    for (let attempt = 1; ; attempt += 1) {
      await using hidden = await makeHiddenFolder(folder, this.#ownership);
      try {
        const made = await makeOwn(hidden, entriesFolder, this.#ownership);
        if (made) return made;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === attempts) throw error;
        continue;
      }
      const place = join(hidden.path, entriesFolder);
      throw new TransferError('disk', `${place} cannot be used, as others may write there`);
    }
  }

  /** Removes what is forgotten, and of the others the oldest: there is room for a tenth then. */
  async #sweep(folder: HeldFolder): Promise<void> {
    this.#added = 0;
    const now = this.#now();
    const entries: { readonly path: string; readonly age: number }[] = [];
    const gone: string[] = [];
    for (const name of (await readdir(folder.anchor)).filter(isEntryName)) {
      const path = folder.at(name);
      const status = await lstat(path).catch(() => undefined);
      const age = status ? now - status.mtimeMs : 0;
      if (name.endsWith(temporarySuffix) && age >= writingTakesLess) gone.push(path);
      if (name.endsWith(entrySuffix)) entries.push({ path, age });
    }
    entries.sort((one, other) => one.age - other.age);
    const kept = Math.max(1, Math.floor(this.#maxEntries * 0.9));
    for (const [index, { path, age }] of entries.entries())
      if (index >= kept || age >= forgottenAfter) gone.push(path);
    for (const path of gone) await unlink(path).catch(() => undefined);
  }
}
