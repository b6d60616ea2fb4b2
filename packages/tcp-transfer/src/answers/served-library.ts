// What a server serves: files, and what makes the manifests of them.
import type { FolderWork } from '../folders/folder-work.ts';
import type { ManifestStore } from '../manifests/manifest-store.ts';
import type { PartialFiles } from '../manifests/partial-files.ts';
import type { ServedFiles } from '../sharing/served-files.ts';

/** The files that a server serves: a {@link Library}, or files that a program finds by itself. */
export interface ServedLibrary {
  readonly files: ServedFiles;
  /**
   * Makes the manifests for clients of version 2.
   * @default none: such a client cannot verify what it gets, and no folder is served
   */
  readonly manifests?: ManifestStore | undefined;
  /**
   * The files that are served while they are downloaded.
   * @default none
   */
  readonly partials?: PartialFiles | undefined;
  /**
   * What requests for trees and packs share, with whoever measures a folder.
   * @default that of the server alone
   * @internal
   */
  readonly folderWork?: FolderWork;
}
