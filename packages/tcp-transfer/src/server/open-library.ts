// Opens the files that a server serves in one call, with their manifests and the hasher that makes these.
import type { ServedLibrary } from '../answers/served-library.ts';
import { FolderWork } from '../folders/folder-work.ts';
import { PieceHasher } from '../hashing/piece-hasher.ts';
import { ManifestCache } from '../manifests/manifest-cache.ts';
import { ManifestStore } from '../manifests/manifest-store.ts';
import { PartialFiles } from '../manifests/partial-files.ts';
import { SharedFiles } from '../sharing/shared-files.ts';
import { SharedFolder, type SharedFolderOptions } from '../sharing/shared-folder.ts';

/** How files are opened to be served. Options of a folder count for each. */
export interface LibraryOptions extends SharedFolderOptions {
  /**
   * The path of a folder of this user in which manifests survive a restart. It is made, with mode 700,
   * when the first one is kept. If it cannot be used, the listener `warning` is called once.
   * @default none: manifests are kept in memory alone
   */
  readonly cacheFolder?: string | undefined;
}

/**
 * Opens the files that a server is to serve. Nothing is written to where they lie.
 *
 * @param shared the path of a folder, or a list of the paths of files and folders, which are served by
 * their base names; an empty list shares nothing
 * @param options how a folder is shared, and where manifests are kept
 * @throws the system's error if a folder cannot be read; Error if a path of the list is neither a file nor
 * a folder that can be read, or if two of them have the same name; RangeError for an option that makes no
 * sense
 */
export async function openLibrary(
  shared: string | readonly string[],
  options: LibraryOptions = {},
): Promise<Library> {
  if (typeof shared !== 'string') {
    return new Library(await SharedFiles.open(shared, options), undefined, options);
  }
  const folder = await SharedFolder.open(shared, options);
  return new Library(folder, folder, options);
}

/** Files that are open to be served, with their manifests. */
export class Library implements ServedLibrary {
  readonly files: SharedFolder | SharedFiles;
  /** The folder whose files these are; `undefined` for a list of files. */
  readonly folder: SharedFolder | undefined;
  readonly manifests: ManifestStore;
  /** Downloads that have a `root` may be served from here while they run. */
  readonly partials: PartialFiles = new PartialFiles();
  /** @internal */
  readonly folderWork: FolderWork = new FolderWork();
  /** Hashes the files. Downloads may use it too, until the library is closed. */
  readonly hasher: PieceHasher = new PieceHasher();
  readonly #cache: ManifestCache;

  /** Use {@link openLibrary}. */
  constructor(
    files: SharedFolder | SharedFiles,
    folder: SharedFolder | undefined,
    { cacheFolder, on }: LibraryOptions,
  ) {
    this.files = files;
    this.folder = folder;
    this.#cache = new ManifestCache(cacheFolder, {
      onFailure: (cause) => {
        const error = new Error(`cannot keep digests on the disk: ${cause.message}`, { cause });
        on?.warning?.(error);
      },
    });
    this.manifests = new ManifestStore({ cache: this.#cache, hasher: this.hasher });
  }

  /**
   * Stops watching folders and hashing, and waits until the manifests are on the disk. The server
   * must be closed before. A second call does nothing more.
   */
  async close(): Promise<void> {
    await Promise.all([this.files.close(), this.hasher.close(), this.partials.close()]);
    await this.#cache.written();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
