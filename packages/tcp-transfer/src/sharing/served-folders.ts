// The types of served folders: a server finds them by name, and walks through their entries.
import type { PinnedFolder } from '../paths/pinned-folder.ts';
import type { SharedFile } from './shared-file.ts';

/** Why an entry of a folder is not served. */
export type OmissionReason = 'link' | 'special' | 'unreadable' | 'unnamable';

/** An entry below a served folder. */
export interface FolderEntry {
  /** The names from the served folder down to the entry, at least one. Data: not safe to print. */
  readonly path: readonly string[];
  /** `omitted` is in the folder, but is not served. */
  readonly kind: 'file' | 'folder' | 'omitted';
  /** With `omitted`. */
  readonly reason?: OmissionReason;
}

/** Where a folder that is served is on this machine. */
export interface FolderPlace {
  /** Absolute, and without links. A file of it that is opened must lie just there: no link leads there. */
  readonly path: string;
  /** The folder that it must lie below, if another user may put another folder in its place. */
  readonly pin: PinnedFolder | undefined;
}

/** A folder that is served as a whole. */
export interface ServedFolder {
  /** Its path below what is shared, with `/`; or, if it is what is shared, its name. Not safe to print. */
  readonly name: string;
  /**
   * The first entries after `after`, or from the beginning, at most `count`, in the order of a walk that
   * sorts the names in each folder by UTF-16 code units and enters a folder directly after it is met.
   * Nothing needs to exist at `after`. No file is opened.
   */
  entriesAfter(
    after: readonly string[] | undefined,
    count: number,
  ): Promise<readonly FolderEntry[]>;
  /**
   * Opens a file below it; `undefined` if there is no such file, or it may not be read.
   *
   * @throws TransferError `changed` if the file is being written to; the system's error if no file
   * can be opened at all, such as `EMFILE`
   */
  openFile(path: readonly string[]): Promise<SharedFile | undefined>;
  /**
   * Where a folder below it is, or itself if the path has no names, for those who open many files of it and check
   * each by themselves; `undefined` if nothing there can be served. Nothing needs to be there.
   *
   * @default files are opened one by one
   * @internal
   */
  locate?(folder: readonly string[]): FolderPlace | undefined;
}

/** Folders by name. */
export interface ServedFolders {
  /**
   * The folder with a path below what is shared, or the only one whose last part that is; `undefined` if
   * there is none, or several have that last part.
   */
  find(requested: string): Promise<ServedFolder | undefined>;
  /**
   * The paths of the first folders after `after`, or from the beginning, at most `count`, in composed form
   * (NFC), in the order of UTF-16 code units. With `match`, folders whose last part does not contain it
   * may be left out.
   */
  namesAfter(after: string | undefined, count: number, match?: string): Promise<readonly string[]>;
}
