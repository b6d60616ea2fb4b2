// Makes the lines of a tree: looks at each entry, and hashes each file.
import { encodeTreeEntry, isOnePiece, type TreeEntry } from '@peerlane/protocol';
import type { Clock } from '../clock.ts';
import { FairTurns } from '../limits/fair-turns.ts';
import { ManifestInProgress } from '../manifests/manifest-in-progress.ts';
import type { ManifestStore } from '../manifests/manifest-store.ts';
import type { EntryPlace, FolderEntry, ServedFolder } from '../sharing/served-folders.ts';
import type { SharedFile } from '../sharing/served-files.ts';
import { TransferError } from '../transfer-error.ts';
import type { FolderWork } from './folder-work.ts';
import { encodable } from './line-length.ts';
import { openSoon } from './open-soon.ts';
import { isExecutable, lookAtFiles, type SeenFile, type SeenStatus } from './small-files.ts';

/** How many files are opened at the same time for one page. */
const maxOpen = 4;

/** What the lines of a folder are made with. */
export interface TreeLinesOptions {
  readonly folder: ServedFolder;
  readonly manifests: ManifestStore;
  readonly work: FolderWork;
  /** For whom the work is done: one among equals. */
  readonly owner: unknown;
  readonly clock: Clock;
}

/** Makes the lines for one page of a tree. */
export class TreeLines {
  readonly #options: TreeLinesOptions;
  readonly #opening = new FairTurns(maxOpen);
  /** The manifests that are being made for it. */
  readonly #unfinished = new Set<ManifestInProgress>();
  #isClosed = false;

  constructor(options: TreeLinesOptions) {
    this.#options = options;
  }

  /** The lines of entries; `undefined` for one that is gone. */
  of(entries: readonly FolderEntry[]): Promise<Uint8Array | undefined>[] {
    const seen = this.#look(entries);
    return entries.map((entry) => encodable(this.#lineOf(entry, seen)));
  }

  /** Looks at the files among entries, as far as it is known where they are. */
  async #look(entries: readonly FolderEntry[]): Promise<ReadonlyMap<FolderEntry, SeenFile>> {
    const { folder, manifests, work, owner } = this.#options;
    const places = new Map<FolderEntry, EntryPlace>();
    for (const entry of entries) {
      const place = entry.kind === 'file' ? folder.locate?.(entry.path) : undefined;
      if (place) places.set(entry, place);
    }
    if (places.size === 0) return new Map();
    const look = (): Promise<readonly SeenFile[]> =>
      lookAtFiles([...places.values()], manifests.hasher, work.digests);
    const seen = await work.turns.run(owner, look);
    return new Map([...places.keys()].map((entry, index) => [entry, seen[index]!]));
  }

  /** No more lines are wanted. Files that are being hashed are hashed to the end: a client asks again. */
  close(): void {
    this.#isClosed = true;
    for (const manifest of this.#unfinished) manifest.leaveToFinish();
  }

  async #lineOf(
    entry: FolderEntry,
    looked: Promise<ReadonlyMap<FolderEntry, SeenFile>>,
  ): Promise<Uint8Array | undefined> {
    const { path, kind, reason } = entry;
    if (kind === 'folder') return encodeTreeEntry({ path, kind });
    if (kind === 'omitted') return omitted(path, reason ?? kind);
    const seen = (await looked).get(entry) ?? 'unclear';
    if (seen === 'absent') return undefined;
    if (seen !== 'unclear') {
      const { digest } = seen;
      const root = digest ? undefined : this.#options.manifests.known(seen)?.root;
      const content = digest ? { digest: toHex(digest) } : root !== undefined && { root };
      if (content) return encodeTreeEntry({ ...aboutFile(path, seen), ...content });
    }
    return await this.#opening.run(this, () => this.#lineOfFile(path));
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
      const about = aboutFile(path, await seenThrough(file));
      const digest = await this.#options.manifests.hasher.hash(file.handle.fd, 0, file.size);
      if (!(await file.unchanged())) return omitted(path, 'changing');
      return encodeTreeEntry({ ...about, digest: toHex(digest) });
    } catch (error) {
      return omittedFor(path, error);
    } finally {
      await file.handle.close();
    }
  }

  async #lineOfPieces(path: readonly string[], file: SharedFile): Promise<Uint8Array | undefined> {
    const about = aboutFile(path, await seenThrough(file));
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

async function seenThrough({ identity, handle }: SharedFile): Promise<SeenStatus> {
  return { identity, isExecutable: isExecutable((await handle.stat()).mode) };
}

function aboutFile(
  path: readonly string[],
  { identity, isExecutable }: SeenStatus,
): TreeEntry & { readonly kind: 'file' } {
  const mtime = Number(identity.mtimeNs / 1_000_000n);
  const size = Number(identity.size);
  return { path, kind: 'file', size, mtime, ...(isExecutable && { exec: true }) };
}

function toHex(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.length).toString('hex');
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
