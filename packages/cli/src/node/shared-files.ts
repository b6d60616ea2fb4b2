import { constants } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { baseName } from '@peerlane/protocol';
import type { FileStatus, ServedFiles, SharedFile } from '@peerlane/tcp-transfer';

// A FIFO must not be waited for. Windows lacks the last two, and leaves them out of the result.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Just some files, wherever they lie. */
export class SharedFiles implements ServedFiles {
  /** By base name, where each lies with all links resolved. */
  readonly #paths: ReadonlyMap<string, string>;

  private constructor(paths: ReadonlyMap<string, string>) {
    this.#paths = paths;
  }

  /**
   * Shares files.
   *
   * @throws Error where one is no file that can be read, or two have one name
   */
  static async open(paths: readonly string[]): Promise<SharedFiles> {
    const found = new Map<string, string>();
    for (const path of paths) {
      const name = basename(path).normalize();
      if (found.has(name)) throw new Error(`two files are called "${name}"`);
      const resolved = await realpath(path).catch(plainly(path));
      const handle = await open(resolved, openFlags).catch(plainly(path));
      const isFile = (await handle.stat().finally(() => handle.close())).isFile();
      if (!isFile) throw new Error(`"${path}" is not a file`);
      found.set(name, resolved);
    }
    return new SharedFiles(found);
  }

  async openFile(requested: string): Promise<SharedFile | undefined> {
    const name = baseName(requested);
    const path = this.#paths.get(name.normalize());
    const handle = path === undefined ? undefined : await unlessGone(open(path, openFlags));
    return handle && opened(name, handle);
  }

  async statusOf(requested: string): Promise<FileStatus | undefined> {
    const name = baseName(requested);
    const path = this.#paths.get(name.normalize());
    const status = path === undefined ? undefined : await unlessGone(stat(path, { bigint: true }));
    return status?.isFile() ? { name, size: Number(status.size), identity: status } : undefined;
  }

  namesAfter(after: string | undefined, count: number): Promise<readonly string[]> {
    const names = [...this.#paths.keys()].filter((name) => after === undefined || name > after);
    return Promise.resolve(names.sort().slice(0, count));
  }
}

/** Nothing at all, as a guest shares. */
export const sharedNothing: ServedFiles = {
  openFile: () => Promise.resolve(undefined),
  statusOf: () => Promise.resolve(undefined),
  namesAfter: () => Promise.resolve([]),
};

async function opened(name: string, handle: FileHandle): Promise<SharedFile | undefined> {
  const identity = await handle.stat({ bigint: true });
  if (!identity.isFile()) {
    await handle.close();
    return undefined;
  }
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

/** `undefined` where the file is there no more, or may not be read any more. */
function unlessGone<T>(looking: Promise<T>): Promise<T | undefined> {
  return looking.catch((error: unknown) => {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP'].includes(code)) return undefined;
    throw error;
  });
}
