// Serves a list of files and folders, wherever they lie, by the same rules as one shared folder.
import { open, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { baseName } from '@peerlane/protocol';
import { resolveShared } from '../paths/named-way.ts';
import { pinFolder } from '../paths/pinned-folder.ts';
import { maxNameLength } from '../names/max-name-length.ts';
import { NameOrder } from '../names/name-order.ts';
import { fileArea, openFlags, openInside, statusInside, type ServedArea } from './open-inside.ts';
import type { FileStatus, OpenFileOptions, ServedFiles, SharedFile } from './served-files.ts';
import type { ServedFolders } from './served-folders.ts';
import { SharedFolder, type SharedFolderOptions } from './shared-folder.ts';
import { SharedFolders } from './shared-folders.ts';
import { StableFile } from './stable-file.ts';

interface ListedFile {
  /** Its base name on disk. */
  readonly filename: string;
  /** Its path with all links resolved. */
  readonly path: string;
  readonly area: ServedArea;
}

/**
 * A list of files, and of folders with all that is in them, that are served by their base names. The files in
 * a folder are also served singly, as those of a {@link SharedFolder} are; of several files with one name, a
 * file of the list comes first, and then the folders in their order.
 */
export class SharedFiles implements ServedFiles {
  /** By base name in composed form. */
  readonly #files: ReadonlyMap<string, ListedFile>;
  readonly #folders: readonly SharedFolder[];
  readonly #order = new NameOrder();
  /** The folders of the list by their base names, and those below them. */
  readonly folders: ServedFolders;

  private constructor(
    files: ReadonlyMap<string, ListedFile>,
    folders: ReadonlyMap<string, SharedFolder>,
  ) {
    this.#files = files;
    this.#folders = [...folders.values()];
    for (const name of files.keys()) this.#order.add(name);
    this.folders = SharedFolders.named([...folders].map(([name, { folders }]) => [name, folders]));
  }

  /**
   * Shares the files and folders at the paths; an empty list shares nothing.
   *
   * @param options how each of the folders is shared
   * @throws Error if one is neither a file nor a folder that can be read, if two have the same name, or if a
   * link of another user on a path leads to something that is not theirs
   */
  static async open(
    paths: readonly string[],
    options: SharedFolderOptions = {},
  ): Promise<SharedFiles> {
    const files = new Map<string, ListedFile>();
    const folders = new Map<string, SharedFolder>();
    try {
      for (const path of paths) {
        const filename = basename(resolve(path));
        const key = filename.normalize('NFC');
        const found = await look(path).catch(explain(path));
        checkName(key, files.has(key), folders.has(key), found.isFolder);
        if (found.isFolder) folders.set(key, await SharedFolder.open(path, options));
        else files.set(key, { filename, ...(await readableFile(found.path).catch(explain(path))) });
      }
    } catch (error) {
      for (const folder of folders.values()) await folder.close();
      throw error;
    }
    return new SharedFiles(files, folders);
  }

  async openFile(requested: string, options?: OpenFileOptions): Promise<SharedFile | undefined> {
    const file = this.#find(requested);
    const opened = file && (await openInside(file.area, file.path));
    if (opened) return StableFile.waitFor(baseName(requested), opened, options);
    for (const folder of this.#folders) {
      const found = await folder.openFile(requested, options);
      if (found) return found;
    }
    return undefined;
  }

  async statusOf(requested: string): Promise<FileStatus | undefined> {
    const file = this.#find(requested);
    const status = file && (await statusInside(file.area, file.path));
    if (status) return { filename: file.filename, size: Number(status.size), identity: status };
    for (const folder of this.#folders) {
      const found = await folder.statusOf(requested);
      if (found) return found;
    }
    return undefined;
  }

  async namesAfter(
    after: string | undefined,
    count: number,
    match?: string,
  ): Promise<readonly string[]> {
    const all = [this.#order.after(after, count, match)];
    if (this.#folders.length === 0) return all[0]!;
    const pages = this.#folders.map((folder) => folder.namesAfter(after, count, match));
    return [...new Set((await Promise.all([...all, ...pages])).flat())].sort().slice(0, count);
  }

  /** How many files there are, those in the folders among them, and each once. */
  get fileCount(): number {
    const inFolders = this.#outermost().reduce((sum, { fileCount }) => sum + fileCount, 0);
    return inFolders + this.#single().length;
  }

  /** How many folders there are, those in other folders among them, and each once. */
  get folderCount(): number {
    return this.#outermost().reduce((sum, { folderCount }) => sum + 1 + folderCount, 0);
  }

  /** The absolute paths of all files, each once. Nothing is opened. */
  *filePaths(): Generator<string> {
    for (const { path } of this.#single()) yield path;
    for (const folder of this.#outermost()) yield* folder.filePaths();
  }

  /** The folders that lie in no other one of the list. */
  #outermost(): SharedFolder[] {
    return this.#folders.filter(({ path }) => !this.#folders.some((other) => other.holds(path)));
  }

  /** The files of the list that lie in no folder of the list. */
  #single(): ListedFile[] {
    const files = [...this.#files.values()];
    return files.filter(({ path }) => !this.#folders.some((folder) => folder.holds(path)));
  }

  /** Stops watching the folders; open files stay open. A second call does nothing more. */
  async close(): Promise<void> {
    for (const folder of this.#folders) await folder.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #find(requested: string): ListedFile | undefined {
    const name = baseName(requested);
    return name.length > maxNameLength ? undefined : this.#files.get(name.normalize('NFC'));
  }
}

/** @throws Error if two things would have one name, or one has none */
function checkName(name: string, isFile: boolean, isFolder: boolean, asFolder: boolean): void {
  if (name === '')
    throw new Error('a whole disk has no name to be asked for: share a folder on it');
  if (!isFile && !isFolder) return;
  const both = isFile === asFolder ? 'a file and a folder' : isFile ? 'two files' : 'two folders';
  throw new Error(`${both} are called "${name}"`);
}

/** What is at a path. Throws if nothing is. */
async function look(path: string): Promise<{ readonly path: string; readonly isFolder: boolean }> {
  const resolved = await resolveShared(path);
  const status = await stat(resolved);
  if (!status.isFile() && !status.isDirectory())
    throw new Error(`"${path}" is neither a file nor a folder`);
  return { path: resolved, isFolder: status.isDirectory() };
}

/** The place of a file. Throws if it cannot be read. */
async function readableFile(path: string): Promise<Pick<ListedFile, 'path' | 'area'>> {
  await (await open(path, openFlags)).close();
  return { path, area: fileArea(path, await pinFolder(dirname(path))) };
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
