// A folder that is held open, and reached even after something else was put in its place.
import { constants, readlinkSync, type BigIntStats } from 'node:fs';
import { lstat, open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isSamePath } from './same-path.ts';
import { syncFolder } from './sync-folder.ts';
import { TransferError } from '../transfer-error.ts';

/** The path that reaches a folder by its descriptor, on systems that have one. */
export type AnchorOf = (descriptor: number) => string | undefined;

const linuxAnchor: AnchorOf = (descriptor) =>
  process.platform === 'linux' ? `/proc/self/fd/${descriptor}` : undefined;

// Windows lacks O_DIRECTORY, which is undefined there and counts as 0.
const openFlags = constants.O_RDONLY | constants.O_DIRECTORY;

/** Linux' O_PATH, which Node does not name: it opens a folder too that may not be read. */
const pathOnly = 0o10000000;

/** How a folder is held open. */
interface Means {
  readonly handle: FileHandle | undefined;
  /** Looks up what its path leads to now. */
  readonly look: () => Promise<BigIntStats>;
  readonly anchorOf: AnchorOf;
  readonly isAnchored: boolean;
}

/**
 * A folder that is held open, so that a link or another folder put in its place is never written to.
 * On Linux everything in it is reached through its descriptor, elsewhere through its path; then
 * {@link isInPlace} says whether the path still leads to it.
 */
export class HeldFolder implements AsyncDisposable {
  /** The path that it was opened by, to show to users. */
  readonly path: string;
  /** The path by which this process reaches it. */
  readonly anchor: string;
  /** Its status when it was opened. */
  readonly status: BigIntStats;
  readonly #means: Means;

  private constructor(path: string, anchor: string, status: BigIntStats, means: Means) {
    this.path = path;
    this.anchor = anchor;
    this.status = status;
    this.#means = means;
  }

  /**
   * Opens the folder that a path leads to, also through links.
   *
   * @throws the system's error if there is none
   */
  static open(path: string, anchorOf: AnchorOf = linuxAnchor): Promise<HeldFolder> {
    return HeldFolder.#open(path, path, true, anchorOf);
  }

  /**
   * Opens a folder in this one. A link in its place is not followed.
   *
   * @throws the system's error if there is none
   */
  openFolder(name: string): Promise<HeldFolder> {
    return HeldFolder.#open(join(this.path, name), this.at(name), false, this.#means.anchorOf);
  }

  /**
   * Opens the same folder once more, for somebody who closes it at another time.
   *
   * @throws TransferError `disk` if its path leads to another folder by now; the system's error
   */
  async again(): Promise<HeldFolder> {
    const { anchorOf, isAnchored } = this.#means;
    // With a dot, the descriptor is no link any more.
    const reached = isAnchored ? `${this.anchor}/.` : this.anchor;
    const opened = await HeldFolder.#open(this.path, reached, false, anchorOf);
    if (isSame(this.status, opened.status)) return opened;
    await opened.close();
    throw replaced(this.path);
  }

  static async #open(
    path: string,
    reached: string,
    follows: boolean,
    anchorOf: AnchorOf,
  ): Promise<HeldFolder> {
    const look = (): Promise<BigIntStats> => (follows ? stat : lstat)(reached, { bigint: true });
    // The working folder is the one in which the program was started, wherever its path leads by now.
    const handle = await openHandle(reached === workingFolder() ? '.' : reached, follows);
    try {
      const status = await (handle?.stat({ bigint: true }) ?? look());
      if (!status.isDirectory())
        throw Object.assign(new Error(`not a folder: '${path}'`), { code: 'ENOTDIR' });
      const anchor = handle && (await workingAnchor(handle, status, anchorOf));
      const means = { handle, look, anchorOf, isAnchored: anchor !== undefined };
      return new HeldFolder(path, anchor ?? reached, status, means);
    } catch (error) {
      await handle?.close();
      throw error;
    }
  }

  /** The path by which the process reaches an entry. */
  at(name: string): string {
    return join(this.anchor, name);
  }

  /** Whether an entry of it is a certain file or folder. */
  async holds(name: string, what: Identity): Promise<boolean> {
    return isSame(what, await lstat(this.at(name), { bigint: true }).catch(() => undefined));
  }

  /** Whether the process still reaches this very folder; through a descriptor it always does. */
  async isInPlace(): Promise<boolean> {
    if (this.#means.isAnchored) return true;
    return isSame(this.status, await this.#means.look().catch(() => undefined));
  }

  /** Its path by now, without links: the system knows that of an open folder. */
  place(): Promise<string> {
    return this.#means.isAnchored ? readlink(this.anchor) : realpath(this.path);
  }

  /** Whether this is the folder at a path without links. */
  async liesAt(path: string): Promise<boolean> {
    if (this.#means.isAnchored) return isSamePath(await this.place(), path);
    return isSame(this.status, await lstat(path, { bigint: true }).catch(() => undefined));
  }

  /** @throws TransferError `disk` if the path leads to another folder by now */
  async verify(): Promise<void> {
    if (await this.isInPlace()) return;
    throw replaced(this.path);
  }

  /** Makes the names in it survive a loss of power, if the system can do that. */
  async sync(): Promise<void> {
    const { handle } = this.#means;
    if (handle) await syncFolder(handle);
  }

  async close(): Promise<void> {
    await this.#means.handle?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function replaced(path: string): TransferError {
  return new TransferError('disk', `${path} was replaced by another folder`);
}

/** `undefined` if it is gone. */
function workingFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/** `undefined` if the system opens no folders, or not this one, which may be writable even so. */
async function openHandle(path: string, follows: boolean): Promise<FileHandle | undefined> {
  if (process.platform === 'win32') return undefined;
  try {
    return await open(path, follows ? openFlags : openFlags | constants.O_NOFOLLOW);
  } catch (error) {
    if (!follows || (error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    return process.platform === 'linux' ? await open(path, openFlags | pathOnly) : undefined;
  }
}

/** `undefined` if no /proc is mounted or nothing is reached through it: then the path is used. */
async function workingAnchor(
  { fd }: FileHandle,
  status: BigIntStats,
  anchorOf: AnchorOf,
): Promise<string | undefined> {
  const anchor = anchorOf(fd);
  if (anchor === undefined) return undefined;
  const found = await stat(`${anchor}/.`, { bigint: true }).catch((error: unknown) => {
    // The anchor leads there. A folder that may not be entered now may be later: the path would not be
    // safe then.
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? status : undefined;
  });
  return isSame(status, found) ? anchor : undefined;
}

/** What identifies a file or a folder on this machine: its device and its number there. */
export type Identity = Pick<BigIntStats, 'dev' | 'ino'>;

function isSame(one: Identity, other: Identity | undefined): boolean {
  return one.dev === other?.dev && one.ino === other.ino;
}

/** Replaces paths through descriptors of this process, such as in the text of an error, by plain ones. */
export function withPlainPaths(text: string): string {
  return text.replace(/\/proc\/self\/fd\/\d+/g, (anchor) => {
    try {
      return readlinkSync(anchor);
    } catch {
      return anchor;
    }
  });
}
