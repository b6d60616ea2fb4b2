import { constants, readlinkSync, type BigIntStats } from 'node:fs';
import { lstat, open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isSamePath } from './same-path.ts';
import { syncFolder } from './sync-folder.ts';
import { TransferError } from '../transfer-error.ts';

/** How a system reaches what is in a folder by the folder's descriptor, where it can. */
export type AnchorOf = (descriptor: number) => string | undefined;

const linuxAnchor: AnchorOf = (descriptor) =>
  process.platform === 'linux' ? `/proc/self/fd/${descriptor}` : undefined;

// Windows knows neither, and leaves them out of the result.
const openFlags = constants.O_RDONLY | constants.O_DIRECTORY;

/** Linux' O_PATH, which Node does not name: it opens a folder too that may not be read. */
const pathOnly = 0o10000000;

/** With what a folder is held. */
interface Means {
  readonly handle: FileHandle | undefined;
  /** What its path leads to by now. */
  readonly look: () => Promise<BigIntStats>;
  readonly anchorOf: AnchorOf;
  readonly isAnchored: boolean;
}

/**
 * A folder that was opened, and is used as what was opened: another one, or a link, that somebody
 * puts in its place is never written to. On Linux all that happens in it goes through the descriptor.
 * Elsewhere it goes through the path, and {@link isInPlace} says whether that still leads there.
 */
export class HeldFolder implements AsyncDisposable {
  /** For people: by this it was named. */
  readonly path: string;
  /** By this path the process reaches it. */
  readonly anchor: string;
  /** What it was when it was opened. */
  readonly status: BigIntStats;
  readonly #means: Means;

  private constructor(path: string, anchor: string, status: BigIntStats, means: Means) {
    this.path = path;
    this.anchor = anchor;
    this.status = status;
    this.#means = means;
  }

  /**
   * Opens the folder that a path leads to, through links too.
   *
   * @throws the system's error where there is none
   */
  static open(path: string, anchorOf: AnchorOf = linuxAnchor): Promise<HeldFolder> {
    return HeldFolder.#open(path, path, true, anchorOf);
  }

  /**
   * Opens a folder in this one. A link in its place is not followed.
   *
   * @throws the system's error where there is none
   */
  openFolder(name: string): Promise<HeldFolder> {
    return HeldFolder.#open(join(this.path, name), this.at(name), false, this.#means.anchorOf);
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

  /** Whether what has a name in it is this. */
  async holds(name: string, what: Identity): Promise<boolean> {
    return isSame(what, await lstat(this.at(name), { bigint: true }).catch(() => undefined));
  }

  /** Whether the process still reaches this very folder: through a descriptor always. */
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

  /** @throws TransferError `disk` where the process reaches another folder by now */
  async verify(): Promise<void> {
    if (await this.isInPlace()) return;
    throw new TransferError('disk', `${this.path} is another folder by now`);
  }

  /** Makes the names in it last through a loss of power, where that can be done. */
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

/** `undefined` if it is gone. */
function workingFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/** `undefined` if the system opens no folders, or not this one, which may be written to even so. */
async function openHandle(path: string, follows: boolean): Promise<FileHandle | undefined> {
  if (process.platform === 'win32') return undefined;
  try {
    return await open(path, follows ? openFlags : openFlags | constants.O_NOFOLLOW);
  } catch (error) {
    if (!follows || (error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    return process.platform === 'linux' ? await open(path, openFlags | pathOnly) : undefined;
  }
}

/** Where no /proc is mounted, or nothing is reached through it, the path has to do. */
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

type Identity = Pick<BigIntStats, 'dev' | 'ino'>;

function isSame(one: Identity, other: Identity | undefined): boolean {
  return one.dev === other?.dev && one.ino === other.ino;
}

/** Says where a folder is that a text, such as an error's, names by a descriptor of this process. */
export function withPlainPaths(text: string): string {
  return text.replace(/\/proc\/self\/fd\/\d+/g, (anchor) => {
    try {
      return readlinkSync(anchor);
    } catch {
      return anchor;
    }
  });
}
