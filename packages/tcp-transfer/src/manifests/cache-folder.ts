// The folder on the disk that holds the entries of a manifest cache, and removes the oldest ones.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HeldFolder } from '../paths/held-folder.ts';
import {
  entriesFolder,
  entrySuffix,
  isEntryName,
  temporarySuffix,
} from '../leftovers/entry-name.ts';
import { makeOwn, openOwn } from '../leftovers/hidden-folder.ts';
import { Ownership } from '../leftovers/ownership.ts';
import { TransferError } from '../transfer-error.ts';
import { rename, unlink } from '../leftovers/while-busy.ts';

/** In milliseconds. */
const day = 24 * 60 * 60 * 1000;

/** How long an entry is kept after its last use, in milliseconds. */
const maxUnusedAge = 30 * day;

/** The age at which an unfinished entry was left by a dead process, in milliseconds. */
const abandonedAge = day / 24;

// Without O_NONBLOCK, opening a FIFO would wait. Windows lacks the last two, which count as 0 there.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Small files by name, in a folder inside the cache folder of this user. Several processes may use it.
 * What others have made, or may write to, is neither read nor written.
 */
export class CacheFolder {
  readonly #folder: string;
  readonly #maxEntries: number;
  readonly #now: () => number;
  readonly #ownership = new Ownership();
  /** How many entries were written since the last sweep; before the first one there may be any number. */
  #added = Infinity;

  /**
   * @param folder the path of the cache folder, which is made when it is first written to
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
      return entries && (await this.#read(entries, name + entrySuffix, length));
    } catch {
      return undefined;
    }
  }

  async #read(folder: HeldFolder, name: string, length: number): Promise<Uint8Array | undefined> {
    await using handle = await open(folder.at(name), openFlags);
    const status = await handle.stat();
    if (!status.isFile() || status.size !== length) return undefined;
    // On a disk that keeps owners, the folder is this user's.
    if (BigInt(status.uid) !== folder.status.uid) return undefined;
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

  /** Opens the folder of the entries; `undefined` if there is none of this user alone. */
  async #open(): Promise<HeldFolder | undefined> {
    await using folder = await HeldFolder.open(this.#folder);
    return await openOwn(folder, entriesFolder, this.#ownership);
  }

  async #make(): Promise<HeldFolder> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await using folder = await HeldFolder.open(this.#folder);
    const made = await makeOwn(folder, entriesFolder, this.#ownership);
    if (made) return made;
    const place = join(folder.path, entriesFolder);
    throw new TransferError('disk', `${place} cannot be used, because others may write there`);
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
