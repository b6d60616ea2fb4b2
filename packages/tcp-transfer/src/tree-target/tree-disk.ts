// The folder of a whole tree on the disk: entered or made, with a hidden folder that stays meanwhile.
import { open, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { visibleText } from '@peerlane/protocol';
import { ownIdentity } from '../leftovers/process-identity.ts';
import type { Unfinished } from '../leftovers/open-unfinished.ts';
import { unfinishedName } from '../leftovers/unfinished-name.ts';
import { rmdir, unlink } from '../leftovers/while-busy.ts';
import { HeldFolder } from '../paths/held-folder.ts';
import { verifyNamedWay } from '../paths/named-way.ts';
import { DownloadFolder } from '../storage/download-folder.ts';
import type { Existing } from '../storage/place-file.ts';
import { checkTargetName } from '../storage/target-name.ts';
import { TransferError } from '../transfer-error.ts';
import { foldsCase, isMisspelt } from './spelling.ts';
import { enter, enterNew } from './tree-folders.ts';

/** What the disk does with names and modes. */
export interface DiskHabits {
  /** Whether it takes capital letters for small ones. */
  readonly folds: boolean;
  /** The bits of a mode that let those execute a file who may do so by the umask. */
  readonly execBits: number;
  /** The mode of a new file that may be executed. */
  readonly fullMode: number;
  /** Whether it is memory, of which nothing survives a loss of power: there is nothing to sync. */
  readonly isMemory: boolean;
}

/** The numbers that Linux has for disks in memory: tmpfs and ramfs. */
const inMemory: readonly number[] = [0x01021994, 0x858458f6];

/** The folder of a tree, held open, and a file in its hidden folder that keeps that from going away. */
export class TreeDisk {
  readonly root: DownloadFolder;
  /** Whether it was made just now. */
  readonly isNew: boolean;
  readonly habits: DiskHabits;
  readonly #into: HeldFolder;
  #keeper: Unfinished;

  private constructor(
    into: HeldFolder,
    root: DownloadFolder,
    keeper: Unfinished,
    about: { readonly isNew: boolean; readonly habits: DiskHabits },
  ) {
    this.#into = into;
    this.root = root;
    this.#keeper = keeper;
    this.isNew = about.isNew;
    this.habits = about.habits;
  }

  /**
   * Enters a folder in a folder, or makes it.
   *
   * @throws TransferError `exists` if something else has its name, else `disk`
   */
  static async open(
    into: string | HeldFolder,
    name: string,
    existing: Existing | 'skip' | undefined,
  ): Promise<TreeDisk> {
    checkTargetName({ filename: name });
    const path = join(typeof into === 'string' ? into : into.path, name);
    let outer: HeldFolder | undefined;
    let root: DownloadFolder | undefined;
    try {
      outer = typeof into === 'string' ? await HeldFolder.open(into) : await into.again();
      if (existing === 'replace') await verifyNamedWay(outer);
      const isNew = await enterNew(outer, name);
      {
        await using folder = await enter(outer, name);
        root = await DownloadFolder.open(folder);
      }
      const keeper = await root.createUnfinished();
      const habits = await habitsOf(keeper.hidden, outer, name);
      return new TreeDisk(outer, root, keeper, { isNew, habits });
    } catch (cause) {
      await root?.release();
      await outer?.close();
      if (TransferError.is(cause)) throw cause;
      const { code, message } = cause as NodeJS.ErrnoException;
      const reason = code === 'ENOTDIR' ? 'it is not a folder' : message;
      throw new TransferError('disk', `cannot download into ${visibleText(path)}: ${reason}`, {
        cause,
      });
    }
  }

  /** The hidden folder, in which nobody else may write. */
  get hidden(): HeldFolder {
    return this.#keeper.hidden;
  }

  /** The hidden folder was removed by somebody: another one is made. */
  async renewHidden(): Promise<void> {
    const { handle } = this.#keeper;
    this.#keeper = await this.root.createUnfinished();
    await handle.close();
  }

  /** Syncs the name of the folder itself. */
  async sync(): Promise<void> {
    await this.root.sync();
    if (this.isNew) await this.#into.sync();
  }

  /**
   * Closes it. Its hidden folder is removed if nothing unfinished is in it, and so is the folder itself if it
   * was made in vain: nothing has come into it.
   */
  async close({ isFinished }: { readonly isFinished: boolean }): Promise<void> {
    await this.#keeper.handle.close();
    await this.root.removeUnfinished(this.#keeper);
    await this.root.release();
    if (this.isNew && !isFinished)
      await rmdir(this.#into.at(basename(this.root.path))).catch(() => undefined);
    await this.#into.close();
  }
}

async function habitsOf(hidden: HeldFolder, into: HeldFolder, name: string): Promise<DiskHabits> {
  if (await isMisspelt(into, name))
    throw new TransferError(
      'exists',
      `cannot use the folder ${visibleText(join(into.path, name))}: the disk has it under another spelling`,
    );
  const probe = unfinishedName(ownIdentity());
  const handle = await open(hidden.at(probe), 'wx', 0o777);
  try {
    const fullMode = (await handle.stat()).mode & 0o777;
    const folds = await foldsCase(hidden, probe);
    return { folds, execBits: fullMode & 0o111, fullMode, isMemory: await isMemory(hidden) };
  } finally {
    await handle.close();
    await unlink(hidden.at(probe)).catch(() => undefined);
  }
}

async function isMemory(folder: HeldFolder): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  // With a dot, a descriptor is no link any more.
  const found = await statfs(folder.at('.')).catch(() => undefined);
  return !!found && inMemory.includes(found.type >>> 0);
}
