import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { baseName } from '@peerlane/protocol';
import {
  openAt,
  pinFolder,
  resolveShared,
  type FileStatus,
  type OpenedFile,
  type PinnedFolder,
  type ServedFiles,
  type SharedFile,
} from '@peerlane/tcp-transfer';

// A FIFO must not be waited for. Windows lacks the last two, and leaves them out of the result.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Where a file lies. */
interface Place {
  /** With all links resolved. */
  readonly path: string;
  /** Its folder, where another one may take its path. */
  readonly pin: PinnedFolder | undefined;
}

/** Just some files, wherever they lie. */
export class SharedFiles implements ServedFiles {
  /** By base name. */
  readonly #places: ReadonlyMap<string, Place>;

  private constructor(places: ReadonlyMap<string, Place>) {
    this.#places = places;
  }

  /**
   * Shares files.
   *
   * @throws Error where one is no file that can be read, or two have one name
   */
  static async open(paths: readonly string[]): Promise<SharedFiles> {
    const found = new Map<string, Place>();
    for (const path of paths) {
      const name = basename(path).normalize();
      if (found.has(name)) throw new Error(`two files are called "${name}"`);
      const resolved = await resolveShared(path).catch(plainly(path));
      const handle = await open(resolved, openFlags).catch(plainly(path));
      const isFile = (await handle.stat().finally(() => handle.close())).isFile();
      if (!isFile) throw new Error(`"${path}" is not a file`);
      found.set(name, { path: resolved, pin: await pinFolder(dirname(resolved)) });
    }
    return new SharedFiles(found);
  }

  async openFile(requested: string): Promise<SharedFile | undefined> {
    const name = baseName(requested);
    const place = this.#places.get(name.normalize());
    const opened = place && (await openAt(place.path, place.pin));
    return opened && sharedFile(name, opened);
  }

  async statusOf(requested: string): Promise<FileStatus | undefined> {
    const file = await this.openFile(requested);
    await file?.handle.close();
    return file;
  }

  namesAfter(after: string | undefined, count: number): Promise<readonly string[]> {
    const names = [...this.#places.keys()].filter((name) => after === undefined || name > after);
    return Promise.resolve(names.sort().slice(0, count));
  }
}

/** Nothing at all, as a guest shares. */
export const sharedNothing: ServedFiles = {
  openFile: () => Promise.resolve(undefined),
  statusOf: () => Promise.resolve(undefined),
  namesAfter: () => Promise.resolve([]),
};

function sharedFile(name: string, { handle, status: identity }: OpenedFile): SharedFile {
  const unchanged = async (): Promise<boolean> => {
    const now = await handle.stat({ bigint: true });
    return (['size', 'mtimeNs', 'ctimeNs'] as const).every((key) => now[key] === identity[key]);
  };
  return { name, size: Number(identity.size), identity, handle, unchanged };
}

/** Says what is wrong with a file that somebody named, in words where there are better ones. */
function plainly(path: string): (error: unknown) => never {
  return (cause) => {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR'].includes(code))
      throw new Error(`there is no file "${path}"`, { cause });
    if (['EACCES', 'EPERM'].includes(code))
      throw new Error(`you may not read the file "${path}"`, { cause });
    throw cause;
  };
}
