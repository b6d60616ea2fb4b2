import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { HeldFolder } from '../paths/held-folder.ts';
import { makeHiddenFolder, removeHiddenFolder } from './hidden-folder.ts';
import { clearLeftovers, resumable } from './leftovers.ts';
import { verifyNamedWay } from '../paths/named-way.ts';
import { Ownership } from './ownership.ts';
import { placeFile, type Existing, type PlacedFile, type Placing } from './place-file.ts';
import { ownIdentity } from './process-identity.ts';
import { TransferError } from '../transfer-error.ts';
import { unfinishedName, type UnfinishedKey } from './unfinished-name.ts';
import { rename, unlink } from './while-busy.ts';

/** The folders that downloads of this process are going into right now, by what they are. */
const inUse = new Map<string, DownloadFolder>();

/** How often an unfinished file is created anew where another process removes the hidden folder. */
const attempts = 100;

// A FIFO must not be waited for. Windows lacks the last two, and leaves them out of the result.
const claimFlags = constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** An unfinished file, open for reading and writing. */
export interface Unfinished {
  readonly handle: FileHandle;
  /** The folder that it is in, and what it is called there. */
  readonly hidden: HeldFolder;
  readonly name: string;
}

/**
 * A folder that downloads go into, held open while they do. Downloads that go into it at the same
 * time share what is to be done for the folder: clearing it, its hidden folder, and syncing it.
 */
export class DownloadFolder {
  readonly #folder: HeldFolder;
  readonly #ownership = new Ownership();
  #users = 0;
  #hidden: Promise<HeldFolder> | undefined;
  /** All hidden folders that were opened: another process may have removed the first ones. */
  readonly #opened: HeldFolder[] = [];
  /** Names of unfinished files that are being written. */
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
   * @param existing what will be done with a file that has the name already
   * @throws TransferError `disk` if there is no such folder, or if a file is to be replaced in it and a
   * link of another user leads there
   */
  static async open(path: string, existing?: Existing): Promise<DownloadFolder> {
    const held = await openFor(path, existing).catch((cause: unknown) => {
      if (TransferError.is(cause)) throw cause;
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

  /** For people. */
  get path(): string {
    return this.#folder.path;
  }

  /** By this path the process reaches it. */
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
   * Creates an unfinished file, exclusively; with a key it can be gone on with later.
   *
   * @throws TransferError `disk`; the system's error where the folder cannot be written to
   */
  async createUnfinished(key?: UnfinishedKey): Promise<Unfinished> {
    // Another process may end its last download, and remove the folder, just after it was opened.
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const opening = this.#openHidden();
      const created = await createIn(await opening, unfinishedName(ownIdentity(), key));
      if (created) {
        this.#held.add(created.name);
        return created;
      }
      if (this.#hidden === opening) this.#hidden = undefined;
    }
    throw new TransferError('disk', `the hidden folder in ${this.path} goes again and again`);
  }

  /** Takes over what was left under a key, exclusively; `undefined` where nothing was. */
  async claimUnfinished(key: UnfinishedKey): Promise<Unfinished | undefined> {
    const hidden = await this.#openHidden();
    for (const left of await resumable(hidden, key, this.#held)) {
      const name = unfinishedName(ownIdentity(), key);
      this.#held.add(name);
      const claimed = await claim(hidden, left, name).catch(() => undefined);
      if (claimed) return claimed;
      this.#held.delete(name);
    }
    return undefined;
  }

  /** Gives an unfinished file another key. Where the system does not let it, it keeps its own. */
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

  /** Nobody of this process writes to an unfinished file any more. */
  leaveUnfinished({ name }: Unfinished): void {
    this.#held.delete(name);
  }

  /** Removes an unfinished file. What cannot be removed now is removed at the next start. */
  async removeUnfinished({ hidden, name }: Unfinished): Promise<void> {
    this.#held.delete(name);
    await unlink(hidden.at(name)).catch(() => undefined);
  }

  /** Gives an unfinished file its place, as {@link placeFile} does. */
  async place({ hidden, name }: Unfinished, placing: Placing): Promise<PlacedFile> {
    const verify = (): Promise<unknown> => Promise.all([hidden.verify(), this.#folder.verify()]);
    await verify();
    const placed = await placeFile(hidden.at(name), this.#folder, placing);
    await verify();
    return placed;
  }

  /** Makes the names that were given so far last. Who comes while one sync runs shares the next. */
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
      this.#cleared ??= clearLeftovers(this.#folder, this.#ownership);
      await this.#cleared;
      const hidden = await makeHiddenFolder(this.#folder, this.#ownership);
      this.#opened.push(hidden);
      return hidden;
    };
    if (!this.#hidden) {
      const opening = open();
      this.#hidden = opening;
      // Who asks after a failure has it tried again.
      opening.catch(() => {
        if (this.#hidden === opening) this.#hidden = undefined;
      });
    }
    return this.#hidden;
  }
}

async function openFor(path: string, existing: Existing | undefined): Promise<HeldFolder> {
  const folder = await HeldFolder.open(path);
  try {
    if (existing === 'replace') await verifyNamedWay(folder);
    return folder;
  } catch (error) {
    await folder.close();
    throw error;
  }
}

/** Some network disks of Windows number no files. */
function keyOf({ path, status: { dev, ino } }: HeldFolder): string {
  return `${dev} ${ino === 0n ? resolve(path) : ino}`;
}

/** Creates a file in a hidden folder; `undefined` where that was removed meanwhile. */
async function createIn(hidden: HeldFolder, name: string): Promise<Unfinished | undefined> {
  if (!(await hidden.isInPlace())) return undefined;
  const handle = await open(hidden.at(name), 'wx+').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
  if (!handle) return undefined;
  const status = await handle.stat({ bigint: true });
  // Windows may number a file by its handle otherwise than by its name.
  const isThere = process.platform === 'win32' || (await hidden.holds(name, status));
  if (isThere && (await hidden.isInPlace())) return { handle, hidden, name };
  await handle.close();
  // Nothing else can have this name, wherever it was created.
  await unlink(hidden.at(name)).catch(() => undefined);
  return undefined;
}

/** Takes over what was left; `undefined` where it is no file, or somebody else's. */
async function claim(
  hidden: HeldFolder,
  left: string,
  name: string,
): Promise<Unfinished | undefined> {
  // Of all who try, one succeeds: the others find the old name gone.
  await rename(hidden.at(left), hidden.at(name));
  const handle = await open(hidden.at(name), claimFlags);
  const status = await handle.stat({ bigint: true });
  // What has another name is the user's by now.
  const isOwn = status.isFile() && status.nlink === 1n && status.uid === hidden.status.uid;
  if (isOwn && (await hidden.isInPlace())) return { handle, hidden, name };
  await handle.close();
  return undefined;
}
