// Makes the lines of a tree: looks at each entry, and hashes each file.
import {
  isOnePiece,
  maxPackBytes,
  pieceLengthFor,
  ProtocolError,
  treeLine,
  type TreeEntry,
} from '@peerlane/protocol';
import type { Clock } from '../clock.ts';
import { FairTurns } from '../limits/fair-turns.ts';
import { ManifestInProgress } from '../manifests/manifest-in-progress.ts';
import type { ManifestStore } from '../manifests/manifest-store.ts';
import type { FolderEntry, ServedFolder } from '../sharing/served-folders.ts';
import type { SharedFile } from '../sharing/served-files.ts';
import { TransferError } from '../transfer-error.ts';
import type { FolderWork } from './folder-work.ts';
import { locateFiles, someOf, type LocatedFiles } from './locate-files.ts';
import { isExecutable, lookAtFiles, type SeenFiles, type SeenStatus } from './look-at-files.ts';
import { openSoon } from './open-soon.ts';

/** How many files are opened at the same time for one page. */
const maxOpen = 4;

/** How many bytes of files of several pieces are hashed in one hand-over, or one such file. */
const maxBatchBytes = 8 * 1024 * 1024;

/** The size of the largest file of one piece, in bytes. */
const onePiece = pieceLengthFor(0)!;

/** What the lines of a folder are made with. */
export interface TreeLinesOptions {
  readonly folder: ServedFolder;
  readonly manifests: ManifestStore;
  readonly work: FolderWork;
  /** For whom the work is done: one among equals. */
  readonly owner: unknown;
  readonly clock: Clock;
}

/** A line with its line feed; `undefined` if the entry is gone, or no line can hold its name. */
export type Line = string | undefined;

/** A line, or one that takes longer than those of its neighbours. */
export type SoonerOrLater = Line | Promise<Line>;

/** The line of a file that was looked at; none yet if it must be hashed, or opened by the rules for all files. */
type LineOfSeen = { readonly text: Line } | 'large' | 'unclear';

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

  /** The lines of entries, in order. */
  async of(entries: readonly FolderEntry[]): Promise<readonly SoonerOrLater[]> {
    const paths = entries.map(({ path, kind }) => (kind === 'file' ? path : undefined));
    const files = locateFiles(this.#options.folder, paths);
    const lines: SoonerOrLater[] = entries.map(lineOfOther);
    const looked = new Set<number>();
    const large: { readonly index: number; readonly size: number }[] = [];
    const seen = files && (await this.#look(files, onePiece));
    for (const [index, position] of (files?.positions ?? []).entries()) {
      const line = this.#lineOfSeen(paths[position]!, seen!, index);
      if (line === 'unclear') continue;
      looked.add(position);
      if (line === 'large') large.push({ index, size: seen!.status(index).size });
      else lines[position] = line.text;
    }
    if (files) this.#hashLarge(files, large, paths, lines);
    for (const [position, path] of paths.entries())
      if (path && !looked.has(position)) lines[position] = this.#open(path);
    return lines;
  }

  /** No more lines are wanted. Files that are being hashed are hashed to the end: a client asks again. */
  close(): void {
    this.#isClosed = true;
    for (const manifest of this.#unfinished) manifest.leaveToFinish();
  }

  #look(files: LocatedFiles, maxSize: number): Promise<SeenFiles> {
    const { manifests, work, owner } = this.#options;
    const options = { hasher: manifests.hasher, memory: work.digests, maxSize };
    return work.turns.run(owner, () => lookAtFiles(files, options));
  }

  /** The line of a file that was looked at; `large` if its pieces can be hashed in a batch. */
  #lineOfSeen(path: readonly string[], seen: SeenFiles, index: number): LineOfSeen {
    const state = seen.state(index);
    if (state === 'absent') return { text: undefined };
    if (state === 'unclear') return 'unclear';
    const status = seen.status(index);
    if (state === 'hashed') return { text: lineOfFile(path, status, seen.digest(index)) };
    const root = this.#options.manifests.known({ identity: seen.identity(index) })?.root;
    if (root !== undefined) return { text: lineOfFile(path, status, root) };
    return status.size <= maxPackBytes ? 'large' : 'unclear';
  }

  /** Has files of several pieces hashed, some at a time. */
  #hashLarge(
    files: LocatedFiles,
    large: readonly { readonly index: number; readonly size: number }[],
    paths: readonly (readonly string[] | undefined)[],
    lines: SoonerOrLater[],
  ): void {
    let batch: number[] = [];
    let bytes = 0;
    for (const [at, { index, size }] of large.entries()) {
      batch.push(index);
      bytes += size;
      if (at < large.length - 1 && bytes + large[at + 1]!.size <= maxBatchBytes) continue;
      const some = someOf(files, batch);
      const seen = this.#isClosed ? undefined : this.#look(some, maxPackBytes);
      for (const [place, position] of some.positions.entries())
        lines[position] = quiet(this.#lineOfLarge(paths[position]!, seen, place));
      [batch, bytes] = [[], 0];
    }
  }

  async #lineOfLarge(
    path: readonly string[],
    looked: Promise<SeenFiles> | undefined,
    index: number,
  ): Promise<Line> {
    const seen = await looked;
    const line = seen && this.#lineOfSeen(path, seen, index);
    return typeof line === 'string' ? await this.#open(path) : line?.text;
  }

  #open(path: readonly string[]): Promise<Line> {
    return quiet(this.#opening.run(this, () => this.#lineOfOpened(path)));
  }

  async #lineOfOpened(path: readonly string[]): Promise<Line> {
    if (this.#isClosed) return undefined;
    const { folder, clock } = this.#options;
    const file = await openSoon(folder, path, clock);
    if (file === 'changing') return omitted(path, 'changing');
    if (!file) return omitted(path, 'unreadable');
    return isOnePiece(file.size)
      ? await this.#lineOfPiece(path, file)
      : await this.#lineOfPieces(path, file);
  }

  async #lineOfPiece(path: readonly string[], file: SharedFile): Promise<Line> {
    try {
      const status = await statusOf(file);
      const digest = await this.#options.manifests.hasher.hash(file.handle.fd, 0, file.size);
      if (!(await file.unchanged())) return omitted(path, 'changing');
      return lineOfFile(path, status, Buffer.from(digest).toString('hex'));
    } catch (error) {
      return omittedFor(path, error);
    } finally {
      await file.handle.close();
    }
  }

  async #lineOfPieces(path: readonly string[], file: SharedFile): Promise<Line> {
    const status = await statusOf(file);
    const manifest = new ManifestInProgress(file, this.#options.manifests);
    this.#unfinished.add(manifest);
    if (this.#isClosed) manifest.leaveToFinish();
    try {
      const root = (await manifest.known)?.root;
      // No manifest describes a file of more than 2 TiB.
      return root === undefined ? omitted(path, 'too-large') : lineOfFile(path, status, root);
    } catch (error) {
      return this.#isClosed ? undefined : omittedFor(path, error);
    } finally {
      this.#unfinished.delete(manifest);
    }
  }
}

async function statusOf({ identity, handle }: SharedFile): Promise<SeenStatus> {
  return {
    size: Number(identity.size),
    mtime: Number(identity.mtimeNs / 1_000_000n),
    isExecutable: isExecutable((await handle.stat()).mode),
  };
}

function lineOfFile(
  path: readonly string[],
  { size, mtime, isExecutable }: SeenStatus,
  content: string,
): Line {
  const about = isExecutable ? { size, mtime, exec: true as const } : { size, mtime };
  return isOnePiece(size)
    ? lineOf({ path, kind: 'file', ...about, digest: content })
    : lineOf({ path, kind: 'file', ...about, root: content });
}

/** The line of what is no file. */
function lineOfOther({ path, kind, reason }: FolderEntry): Line {
  if (kind === 'file') return undefined;
  return kind === 'folder' ? lineOf({ path, kind }) : omitted(path, reason ?? kind);
}

function omitted(path: readonly string[], reason: string): Line {
  return lineOf({ path, kind: 'omitted', reason });
}

/** The line of a file that could not be hashed. Throws if that was no fault of the file. */
function omittedFor(path: readonly string[], error: unknown): Line {
  if (TransferError.is(error) && error.code === 'changed') return omitted(path, 'changing');
  if ((error as NodeJS.ErrnoException).syscall !== undefined) return omitted(path, 'unreadable');
  throw error;
}

function lineOf(entry: TreeEntry): Line {
  try {
    return treeLine(entry);
  } catch (error) {
    if (ProtocolError.is(error)) return undefined;
    throw error;
  }
}

/** A promise that may fail when nobody waits for it any more. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
