// Makes the lines of a tree: looks at each entry, and hashes each file.
import { encodeTreeEntry, isOnePiece, type TreeEntry } from '@peerlane/protocol';
import type { Clock } from '../clock.ts';
import type { PieceHasher } from '../hashing/piece-hasher.ts';
import { ManifestInProgress } from '../manifests/manifest-in-progress.ts';
import type { ManifestStore } from '../manifests/manifest-store.ts';
import type { FolderEntry, ServedFolder } from '../sharing/served-folders.ts';
import type { SharedFile } from '../sharing/served-files.ts';
import { TransferError } from '../transfer-error.ts';
import { encodable } from './line-length.ts';
import { Lanes } from './lanes.ts';
import { openSoon } from './open-soon.ts';

/** How many files are opened at the same time for one page. */
const maxOpen = 4;

/** What the lines of a folder are made with. */
export interface TreeLinesOptions {
  readonly folder: ServedFolder;
  readonly manifests: ManifestStore;
  readonly hasher: PieceHasher;
  readonly clock: Clock;
}

/** Makes the lines for one page of a tree. */
export class TreeLines {
  readonly #options: TreeLinesOptions;
  readonly #lanes = new Lanes(maxOpen);
  /** The manifests that are being made for it. */
  readonly #unfinished = new Set<ManifestInProgress>();
  #isClosed = false;

  constructor(options: TreeLinesOptions) {
    this.#options = options;
  }

  /** The lines of entries; `undefined` for one that is gone. */
  of(entries: readonly FolderEntry[]): Promise<Uint8Array | undefined>[] {
    return entries.map((entry) => encodable(this.#lineOf(entry)));
  }

  /** No more lines are wanted. Files that are being hashed are hashed to the end: a client asks again. */
  close(): void {
    this.#isClosed = true;
    for (const manifest of this.#unfinished) manifest.leaveToFinish();
  }

  async #lineOf({ path, kind, reason }: FolderEntry): Promise<Uint8Array | undefined> {
    if (kind === 'folder') return encodeTreeEntry({ path, kind });
    if (kind === 'omitted') return omitted(path, reason ?? kind);
    return await this.#lanes.run(() => this.#lineOfFile(path));
  }

  async #lineOfFile(path: readonly string[]): Promise<Uint8Array | undefined> {
    if (this.#isClosed) return undefined;
    const { folder, clock } = this.#options;
    const file = await openSoon(folder, path, clock);
    if (file === 'changing') return omitted(path, 'changing');
    if (!file) return omitted(path, 'unreadable');
    return isOnePiece(file.size)
      ? await this.#lineOfPiece(path, file)
      : await this.#lineOfPieces(path, file);
  }

  async #lineOfPiece(path: readonly string[], file: SharedFile): Promise<Uint8Array> {
    try {
      const about = await aboutFile(path, file);
      const digest = await this.#options.hasher.hash(file.handle.fd, 0, file.size);
      if (!(await file.unchanged())) return omitted(path, 'changing');
      return encodeTreeEntry({ ...about, digest: Buffer.from(digest).toString('hex') });
    } catch (error) {
      return omittedFor(path, error);
    } finally {
      await file.handle.close();
    }
  }

  async #lineOfPieces(path: readonly string[], file: SharedFile): Promise<Uint8Array | undefined> {
    const about = await aboutFile(path, file);
    const manifest = new ManifestInProgress(file, this.#options.manifests);
    this.#unfinished.add(manifest);
    if (this.#isClosed) manifest.leaveToFinish();
    try {
      const root = (await manifest.known)?.root;
      // No manifest describes a file of more than 2 TiB.
      return root === undefined ? omitted(path, 'too-large') : encodeTreeEntry({ ...about, root });
    } catch (error) {
      return this.#isClosed ? undefined : omittedFor(path, error);
    } finally {
      this.#unfinished.delete(manifest);
    }
  }
}

async function aboutFile(
  path: readonly string[],
  { size, identity, handle }: SharedFile,
): Promise<TreeEntry & { readonly kind: 'file' }> {
  const mtime = Number(identity.mtimeNs / 1_000_000n);
  const isExecutable = process.platform !== 'win32' && ((await handle.stat()).mode & 0o100) !== 0;
  return { path, kind: 'file', size, mtime, ...(isExecutable && { exec: true }) };
}

function omitted(path: readonly string[], reason: string): Uint8Array {
  return encodeTreeEntry({ path, kind: 'omitted', reason });
}

/** The line of a file that could not be hashed. Throws if that was no fault of the file. */
function omittedFor(path: readonly string[], error: unknown): Uint8Array {
  if (TransferError.is(error) && error.code === 'changed') return omitted(path, 'changing');
  if ((error as NodeJS.ErrnoException).syscall !== undefined) return omitted(path, 'unreadable');
  throw error;
}
