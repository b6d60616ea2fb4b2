// The types of served files: a server finds them by name, wherever they come from.
import type { FileIdentity } from './file-identity.ts';
import type { ServedFolders } from './served-folders.ts';
import type { SharedFile } from './shared-file.ts';

export type { SharedFile } from './shared-file.ts';

/** The status of a file, which is read without opening it. */
export interface FileStatus {
  /** Its base name: data, not safe to print. */
  readonly filename: string;
  /** In bytes. */
  readonly size: number;
  readonly identity: FileIdentity;
}

/** How a file is opened. */
export interface OpenFileOptions {
  /**
   * Whether a file that only grows is opened although it never comes to rest, as long as it is now.
   * @default false
   */
  readonly growing?: boolean;
}

/** Files by name: a `SharedFolder`, `SharedFiles`, or any other object that finds files by name. */
export interface ServedFiles {
  /**
   * Opens the file with a name; of the requested name only its base name counts. `undefined` if
   * there is no such file.
   *
   * @throws TransferError `changed` if the file is being written to; the system's error if no file
   * can be opened at all, such as `EMFILE`
   */
  openFile(requested: string, options?: OpenFileOptions): Promise<SharedFile | undefined>;
  /** The status of the file that `openFile` would open now; `undefined` if there is none. */
  statusOf(requested: string): Promise<FileStatus | undefined>;
  /**
   * The first names after `after`, or from the beginning, at most `count`: in composed form (NFC), in
   * the order of UTF-16 code units. With `match`, names that do not contain it may be left out.
   */
  namesAfter(after: string | undefined, count: number, match?: string): Promise<readonly string[]>;
  /**
   * The folders that are served as a whole.
   * @default none
   */
  readonly folders?: ServedFolders | undefined;
}
