// Serves a list of files, wherever they lie, by the same rules as a shared folder.
import { open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { baseName } from '@peerlane/protocol';
import { resolveShared } from '../paths/named-way.ts';
import { pinFolder } from '../paths/pinned-folder.ts';
import { maxNameLength } from '../names/max-name-length.ts';
import { NameOrder } from '../names/name-order.ts';
import { fileArea, openFlags, openInside, statusInside, type ServedArea } from './open-inside.ts';
import type { FileStatus, OpenFileOptions, ServedFiles, SharedFile } from './served-files.ts';
import { StableFile } from './stable-file.ts';

interface ListedFile {
  /** Its base name on disk. */
  readonly filename: string;
  /** Its path with all links resolved. */
  readonly path: string;
  readonly area: ServedArea;
}

/** A list of files that are served by their base names. */
export class SharedFiles implements ServedFiles {
  /** By base name in composed form. */
  readonly #files: ReadonlyMap<string, ListedFile>;

  readonly #order = new NameOrder();

  private constructor(files: ReadonlyMap<string, ListedFile>) {
    this.#files = files;
    for (const name of files.keys()) this.#order.add(name);
  }

  /**
   * Shares the files at the paths; an empty list shares nothing.
   *
   * @throws Error if one is not a file that can be read, if two have the same name, or if a link of
   * another user on a path leads to a file that is not theirs
   */
  static async open(paths: readonly string[]): Promise<SharedFiles> {
    const files = new Map<string, ListedFile>();
    for (const path of paths) {
      const filename = basename(path);
      const key = filename.normalize('NFC');
      if (files.has(key)) throw new Error(`two files are called "${key}"`);
      files.set(key, { filename, ...(await readableFile(path).catch(explain(path))) });
    }
    return new SharedFiles(files);
  }

  async openFile(requested: string, options?: OpenFileOptions): Promise<SharedFile | undefined> {
    const file = this.#find(requested);
    const opened = file && (await openInside(file.area, file.path));
    return opened && StableFile.waitFor(baseName(requested), opened, options);
  }

  async statusOf(requested: string): Promise<FileStatus | undefined> {
    const file = this.#find(requested);
    const status = file && (await statusInside(file.area, file.path));
    return status && { filename: file.filename, size: Number(status.size), identity: status };
  }

  namesAfter(after: string | undefined, count: number, match?: string): Promise<readonly string[]> {
    return this.#order.after(after, count, match);
  }

  #find(requested: string): ListedFile | undefined {
    const name = baseName(requested);
    return name.length > maxNameLength ? undefined : this.#files.get(name.normalize('NFC'));
  }
}

/** The place of a file. Throws if it cannot be read. */
async function readableFile(path: string): Promise<Pick<ListedFile, 'path' | 'area'>> {
  const resolved = await resolveShared(path);
  if (!(await stat(resolved)).isFile()) throw new Error(`"${path}" is not a file`);
  await (await open(resolved, openFlags)).close();
  return { path: resolved, area: fileArea(resolved, await pinFolder(dirname(resolved))) };
}

/** Says in plain words what is wrong with a file that a user named. */
function explain(path: string): (error: unknown) => never {
  return (cause) => {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR'].includes(code))
      throw new Error(`there is no file "${path}"`, { cause });
    if (['EACCES', 'EPERM'].includes(code))
      throw new Error(`you may not read the file "${path}"`, { cause });
    throw cause;
  };
}
