// The folder on the disk that holds the entries of a manifest cache, and removes the oldest ones.
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

/** In milliseconds. */
const day = 24 * 60 * 60 * 1000;

/** How long an entry is kept after its last use, in milliseconds. */
const maxUnusedAge = 30 * day;

/** The age at which an unfinished entry was left by a dead process, in milliseconds. */
const abandonedAge = day / 24;

/** How many times the folder is made if another process removes it each time. */
const maxAttempts = 10;

// Without O_NONBLOCK, opening a FIFO would wait. Windows lacks the last two, which count as 0 there.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Small files by name, in the hidden folder inside a shared folder. Several processes may use it. */
export class CacheFolder {
  readonly #folder: string;
  readonly #maxEntries: number;
  readonly #now: () => number;
  readonly #ownership = new Ownership();
  /** How many entries were written since the last sweep; before the first one there may be any number. */
  #added = Infinity;

  /**
   * @param folder the path of the shared folder
   * @param maxEntries how many entries are kept
   * @param now the time of day, in milliseconds since 1970
   */
  constructor(folder: string, maxEntries: number, now: () => number) {
    this.#folder = folder;
    this.#maxEntries = maxEntries;
    this.#now = now;
  }

  /** Reads an entry of `length` bytes; `undefined` if there is none of that length. */
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
    // The time of an entry is that of its last use.
    if (now - status.mtimeMs >= day) await handle.utimes(now / 1000, now / 1000);
    return bytes;
  }

  /** Removes an entry, if there is one. */
  async remove(name: string): Promise<void> {
    try {
      await using entries = await this.#open();
      await (entries && unlink(entries.at(name + entrySuffix)));
    } catch {
      // What cannot be removed is replaced by the next entry of that name.
    }
  }

  /**
   * Writes an entry, as a whole or not at all.
   *
   * @throws TransferError `disk` if a folder of another user is in the place of ours; the system's
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
    // The clock of the disk may differ from ours.
    const now = this.#now() / 1000;
    await handle.utimes(now, now);
  }

  /** Opens the folder of the entries; `undefined` if this user has none. */
  async #open(): Promise<HeldFolder | undefined> {
    await using folder = await HeldFolder.open(this.#folder);
    await using hidden = await openHiddenFolder(folder, this.#ownership);
    return hidden && (await openOwn(hidden, entriesFolder, this.#ownership));
  }

  async #make(): Promise<HeldFolder> {
    await using folder = await HeldFolder.open(this.#folder);
    // Another process may remove the hidden folder while it is still empty.
    for (let attempt = 1; ; attempt += 1) {
      await using hidden = await makeHiddenFolder(folder, this.#ownership);
      try {
        const made = await makeOwn(hidden, entriesFolder, this.#ownership);
        if (made) return made;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === maxAttempts)
          throw error;
        continue;
      }
      const place = join(hidden.path, entriesFolder);
      throw new TransferError('disk', `${place} cannot be used, as others may write there`);
    }
  }

  /** Removes unused entries, then the oldest ones until a tenth of `maxEntries` is free. */
  async #sweep(folder: HeldFolder): Promise<void> {
    this.#added = 0;
    const now = this.#now();
    const entries: { readonly path: string; readonly age: number }[] = [];
    const gone: string[] = [];
    for (const name of (await readdir(folder.anchor)).filter(isEntryName)) {
      const path = folder.at(name);
      const status = await lstat(path).catch(() => undefined);
      const age = status ? now - status.mtimeMs : 0;
      if (name.endsWith(temporarySuffix) && age >= abandonedAge) gone.push(path);
      if (name.endsWith(entrySuffix)) entries.push({ path, age });
    }
    entries.sort((one, other) => one.age - other.age);
    const kept = Math.max(1, Math.floor(this.#maxEntries * 0.9));
    for (const [index, { path, age }] of entries.entries())
      if (index >= kept || age >= maxUnusedAge) gone.push(path);
    for (const path of gone) await unlink(path).catch(() => undefined);
  }
}
