// The disk side of a download of a whole folder: everything that is made, compared, written and copied.
import type { TreeFile, TreePath } from '@peerlane/protocol';
import { checkTreePath } from '@peerlane/protocol';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import type { HeldFolder } from '../paths/held-folder.ts';
import { onDisk } from '../storage/disk-error.ts';
import type { Existing } from '../storage/place-file.ts';
import { compareFiles } from './compare-files.ts';
import { LocalCopies } from './local-copies.ts';
import { placeFiles } from './place-files.ts';
import { TreeDisk } from './tree-disk.ts';
import { TreeFolders } from './tree-folders.ts';
import type { Comparison } from './compare-files.ts';
import type { Placement } from './give-tree-name.ts';
import type { ReceivedFile } from './write-files.ts';

/** The options of {@link TreeTarget.open}. */
export interface TreeTargetOptions {
  /**
   * What is done with a file of other content that has the name of an entry: `skip` and `refuse` both leave
   * the entry out.
   * @default 'rename'
   */
  readonly existing?: Existing | 'skip' | undefined;
  /**
   * Whether files and names are synced to disk.
   * @default true
   */
  readonly sync?: boolean;
  /** Its threads compare and write. It is not closed. */
  readonly hasher: PieceHasher;
  readonly signal?: AbortSignal | undefined;
}

/** A folder for one file of a tree, held open until it is disposed of. */
export interface HeldForFile extends AsyncDisposable {
  /** To hand to a download as `into`; it stays open no longer than this object. */
  readonly folder: HeldFolder;
  /** The name of the file in it. */
  readonly name: string;
}

/**
 * A folder that a tree is downloaded into. Nothing outside of it is touched, whatever others put into it
 * meanwhile, and no file gets its name before it is whole.
 */
export class TreeTarget implements AsyncDisposable {
  readonly #disk: TreeDisk;
  readonly #folders: TreeFolders;
  readonly #copies: LocalCopies;
  readonly #hasher: PieceHasher;
  readonly #existing: Existing | 'skip';
  readonly #sync: boolean;
  readonly #syncsFiles: boolean;
  readonly #signal: AbortSignal | undefined;
  #closing: Promise<void> | undefined;
  #isFinished = false;

  private constructor(disk: TreeDisk, options: TreeTargetOptions) {
    const { existing = 'rename', sync = true, hasher, signal } = options;
    this.#disk = disk;
    this.#hasher = hasher;
    this.#existing = existing;
    this.#sync = sync;
    this.#signal = signal;
    const { folds } = disk.habits;
    this.#folders = new TreeFolders({ root: disk.root.held, folds, sync });
    const folders = this.#folders;
    this.#syncsFiles = sync && !disk.habits.isMemory;
    this.#copies = new LocalCopies({
      ...{ disk, folders, hasher, existing, signal },
      sync: this.#syncsFiles,
    });
  }

  /**
   * Enters a folder, or makes it, and clears what killed downloads have left in it.
   *
   * @param into the path of the folder that it is in, which exists; or that folder, which stays open
   * @param name its name there
   * @throws TransferError `exists` if something else has its name, `disk` if it cannot be written to;
   * ProtocolError `bad-filename`
   */
  static async open(
    into: string | HeldFolder,
    name: string,
    options: TreeTargetOptions,
  ): Promise<TreeTarget> {
    options.signal?.throwIfAborted();
    return new TreeTarget(await TreeDisk.open(into, name, options.existing), options);
  }

  /** The path of the folder, to show to users. */
  get path(): string {
    return this.#disk.root.path;
  }

  /**
   * Makes a folder, with those above it. One that is there is kept.
   *
   * @throws TransferError `exists` if something else is in its place, `disk`, `no-space`; ProtocolError
   * `bad-filename`
   */
  async makeFolder(path: TreePath): Promise<void> {
    checkTreePath(path);
    const lease = await onDisk(this.path, this.#signal, this.#folders.hold(path, true));
    lease.release();
  }

  /**
   * Compares files with what is on the disk, by content. Times and executable bits of those that are the
   * same become those of the entries. A file counts as the same, too, if an earlier download gave it a
   * numbered name because another one had its own.
   *
   * @returns the results, in order
   * @throws Error if the hasher is closed; ProtocolError `bad-filename`; the reason of an aborted signal
   */
  async compare(entries: readonly TreeFile[]): Promise<readonly Comparison[]> {
    const compared = await compareFiles(entries, {
      folders: this.#folders,
      hasher: this.#hasher,
      ...this.#disk.habits,
      isNumbered: this.#existing === 'rename',
      signal: this.#signal,
    });
    for (const [index, { state }] of compared.entries())
      if (state === 'same') this.#copies.add(entries[index]!);
    return compared;
  }

  /** Whether the folder was made by this download: there was nothing in it. */
  get isNew(): boolean {
    return this.#disk.isNew;
  }

  /**
   * Verifies files and writes them, each whole or not at all, and makes the folders that they are in.
   *
   * @param files each of at most 4 MiB
   * @returns what became of them, in order
   * @throws TransferError `no-space`, or `disk` if the hasher is closed or folders were exchanged;
   * ProtocolError `bad-filename`; the reason of an aborted signal
   */
  async place(files: readonly ReceivedFile[]): Promise<readonly Placement[]> {
    const placed = await placeFiles(files, {
      disk: this.#disk,
      folders: this.#folders,
      hasher: this.#hasher,
      existing: this.#existing,
      sync: this.#syncsFiles,
      signal: this.#signal,
    });
    for (const [index, placement] of placed.entries())
      if (placement.state === 'placed') this.#copies.add(files[index]!.entry);
    return placed;
  }

  /** Whether there may be another file of the same content. If not, `copy` need not be called. */
  mayCopy(entry: TreeFile): boolean {
    return this.#copies.mayHave(entry);
  }

  /**
   * Copies a file from another place in the folder that has the content, if there is one.
   *
   * @returns false if there is none, or its name is taken
   * @throws TransferError `no-space`; the reason of an aborted signal
   */
  async copy(entry: TreeFile): Promise<boolean> {
    checkTreePath(entry.path);
    const isCopied = await onDisk(this.path, this.#signal, this.#copies.copy(entry));
    if (isCopied) this.#copies.add(entry);
    return isCopied;
  }

  /**
   * Holds the folder of a file that a download of its own writes, and makes it if it is missing.
   *
   * @throws TransferError `exists`, `disk`, `no-space`; ProtocolError `bad-filename`
   */
  async folderFor(path: TreePath): Promise<HeldForFile> {
    checkTreePath(path);
    const holding = this.#folders.hold(path.slice(0, -1), true);
    const { folder, release } = await onDisk(this.path, this.#signal, holding);
    return {
      folder,
      name: path.at(-1)!,
      [Symbol.asyncDispose]: () => {
        release();
        return Promise.resolve();
      },
    };
  }

  /**
   * All is written: names are synced, and the folder is closed.
   *
   * @throws TransferError `disk` if not everything is on the disk
   */
  async finish(): Promise<void> {
    this.#isFinished = true;
    try {
      if (this.#sync) await onDisk(this.path, undefined, this.#syncNames());
    } finally {
      await this.close();
    }
  }

  /**
   * Closes the folder, finished or not, once nothing is done in it any more. One that was made, and into which
   * nothing has come, is removed if it is not finished. A second call does nothing more.
   */
  close(): Promise<void> {
    this.#closing ??= this.#folders
      .close()
      .then(() => this.#disk.close({ isFinished: this.#isFinished }));
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #syncNames(): Promise<void> {
    await this.#folders.sync();
    await this.#disk.sync();
  }
}
