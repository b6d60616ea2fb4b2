// The folder that downloads write to, and the unfinished files in its hidden folder.
import { resolve } from 'node:path';
import { HeldFolder } from '../paths/held-folder.ts';
import { makeHiddenFolder, removeHiddenFolder } from '../leftovers/hidden-folder.ts';
import { clearLeftovers, resumable, type Watching } from '../leftovers/leftovers.ts';
import { verifyNamedWay } from '../paths/named-way.ts';
import { claim, createIn, type Unfinished } from '../leftovers/open-unfinished.ts';
import { Ownership } from '../leftovers/ownership.ts';
import { placeFile, type Existing, type PlacedFile, type Placing } from './place-file.ts';
import { ownIdentity } from '../leftovers/process-identity.ts';
import { verifyNameOnDisk } from './target-name.ts';
import { TransferError } from '../transfer-error.ts';
import { unfinishedName, type UnfinishedKey } from '../leftovers/unfinished-name.ts';
import { rename, unlink } from '../leftovers/while-busy.ts';

/** The folders that downloads of this process write to just now, by device and inode. */
const inUse = new Map<string, DownloadFolder>();

/** How often creating an unfinished file is tried while other processes remove the hidden folder. */
const maxAttempts = 100;

/**
 * A folder that downloads write to, held open meanwhile. Downloads into it at the same time share what
 * has to be done for the folder: clearing leftovers, making its hidden folder, and syncing it.
 */
export class DownloadFolder {
  readonly #folder: HeldFolder;
  readonly #ownership = new Ownership();
  #users = 0;
  #hidden: Promise<HeldFolder> | undefined;
  /** All hidden folders that were opened: other processes may have removed earlier ones. */
  readonly #opened: HeldFolder[] = [];
  /** The names of unfinished files that this process is writing. */
  readonly #held = new Set<string>();
  #cleared: Promise<unknown> | undefined;
  #sync: Promise<void> = Promise.resolve();
  #nextSync: Promise<void> | undefined;

  private constructor(folder: HeldFolder) {
    this.#folder = folder;
  }

  /**
   * Opens a folder for one more download, which must release it in the end.
   *
   * @param at its path, or the folder itself, which stays open
   * @param existing what happens to a file that has the name already
   * @throws TransferError `disk` if there is no such folder, or if a file is to be replaced in it and a
   * link of another user leads there
   */
  static async open(at: string | HeldFolder, existing?: Existing): Promise<DownloadFolder> {
    const held = await openFor(at, existing).catch((cause: unknown) => {
      if (TransferError.is(cause)) throw cause;
      const path = typeof at === 'string' ? at : at.path;
      const { code, message } = cause as NodeJS.ErrnoException;
      const reason = code === 'ENOTDIR' ? 'it is not a folder' : message;
      throw new TransferError('disk', `cannot download into ${path}: ${reason}`, { cause });
    });
    const key = keyOf(held);
    const known = inUse.get(key);
    const folder = known ?? new DownloadFolder(held);
    inUse.set(key, folder);
    folder.#users += 1;
    if (known) await held.close();
    return folder;
  }

  /** The folder itself, held open. */
  get held(): HeldFolder {
    return this.#folder;
  }

  /** The names of the unfinished files that this process is writing. */
  get writing(): ReadonlySet<string> {
    return this.#held;
  }

  /** The path to show to users. */
  get path(): string {
    return this.#folder.path;
  }

  /** The path by which this process reaches it. */
  get anchor(): string {
    return this.#folder.anchor;
  }

  /** A download is done with the folder. */
  async release(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    inUse.delete(keyOf(this.#folder));
    const hidden = await this.#hidden?.catch(() => undefined);
    if (hidden) await removeHiddenFolder(this.#folder, hidden);
    await Promise.all([...this.#opened, this.#folder].map((folder) => folder.close()));
  }

  /**
   * Finds out whether the disk takes the name that a file is to get, before anything is received for
   * it. A folder that cannot be written to at all is none of its business.
   *
   * @throws TransferError `disk` if it does not
   */
  async verifyName(name: string): Promise<void> {
    const hidden = await this.#openHidden().catch(() => undefined);
    if (hidden) await verifyNameOnDisk(hidden, name);
  }

  /**
   * Creates an unfinished file, exclusively. With a key, a later download can go on with it.
   *
   * @throws TransferError `disk`; the system's error if the folder cannot be written to
   */
  async createUnfinished(key?: UnfinishedKey): Promise<Unfinished> {
    // Another process may finish its last download, and remove the folder, just after it was opened.
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const opening = this.#openHidden();
      const created = await createIn(await opening, unfinishedName(ownIdentity(), key));
      if (created) {
        this.#held.add(created.name);
        return created;
      }
      if (this.#hidden === opening) this.#hidden = undefined;
    }
    throw new TransferError('disk', `the hidden folder in ${this.path} keeps disappearing`);
  }

  /** Claims an unfinished file that was left under a key, exclusively; `undefined` if there is none. */
  async claimUnfinished(key: UnfinishedKey, watching: Watching): Promise<Unfinished | undefined> {
    const hidden = await this.#openHidden();
    for (const left of await resumable(hidden, key, this.#held, watching)) {
      const name = unfinishedName(ownIdentity(), key);
      this.#held.add(name);
      const claimed = await claim(hidden, left, name).catch(() => undefined);
      if (claimed) return claimed;
      this.#held.delete(name);
    }
    return undefined;
  }

  /** Files an unfinished file under another key. If the system refuses, it keeps its own. */
  async renameUnfinished(unfinished: Unfinished, key: UnfinishedKey): Promise<Unfinished> {
    const { hidden } = unfinished;
    const name = unfinishedName(ownIdentity(), key);
    this.#held.add(name);
    try {
      await rename(hidden.at(unfinished.name), hidden.at(name));
    } catch {
      this.#held.delete(name);
      return unfinished;
    }
    this.#held.delete(unfinished.name);
    return { ...unfinished, name };
  }

  /** This process no longer writes to an unfinished file. */
  leaveUnfinished({ name }: Unfinished): void {
    this.#held.delete(name);
  }

  /** Removes an unfinished file. If that fails, a later download clears it. */
  async removeUnfinished({ hidden, name }: Unfinished): Promise<void> {
    this.#held.delete(name);
    await unlink(hidden.at(name)).catch(() => undefined);
  }

  /** Puts an unfinished file in its place, as {@link placeFile} does. */
  async place({ hidden, name }: Unfinished, placing: Placing): Promise<PlacedFile> {
    const verify = (): Promise<unknown> => Promise.all([hidden.verify(), this.#folder.verify()]);
    await verify();
    const placed = await placeFile(hidden.at(name), this.#folder, placing);
    await verify();
    return placed;
  }

  /** Syncs all names of the folder to disk. Calls made while one sync runs share the next. */
  sync(): Promise<void> {
    this.#nextSync ??= this.#sync
      .catch(() => undefined)
      .then(() => {
        this.#nextSync = undefined;
        this.#sync = this.#folder.sync();
        return this.#sync;
      });
    return this.#nextSync;
  }

  #openHidden(): Promise<HeldFolder> {
    const open = async (): Promise<HeldFolder> => {
      this.#cleared ??= clearLeftovers(this.#folder, this.#ownership, this.#held);
      await this.#cleared;
      const hidden = await makeHiddenFolder(this.#folder, this.#ownership);
      this.#opened.push(hidden);
      return hidden;
    };
    if (!this.#hidden) {
      const opening = open();
      this.#hidden = opening;
      // The next call after a failure tries again.
      opening.catch(() => {
        if (this.#hidden === opening) this.#hidden = undefined;
      });
    }
    return this.#hidden;
  }
}

/** The names of the unfinished files in a folder that downloads of this process are writing. */
export function heldIn(folder: HeldFolder): ReadonlySet<string> {
  return inUse.get(keyOf(folder))?.writing ?? new Set();
}

async function openFor(
  at: string | HeldFolder,
  existing: Existing | undefined,
): Promise<HeldFolder> {
  const folder = typeof at === 'string' ? await HeldFolder.open(at) : await at.again();
  try {
    if (existing === 'replace') await verifyNamedWay(folder);
    return folder;
  } catch (error) {
    await folder.close();
    throw error;
  }
}

/** Some network disks of Windows have no inode numbers. */
function keyOf({ path, status: { dev, ino } }: HeldFolder): string {
  return `${dev} ${ino === 0n ? resolve(path) : ino}`;
}
