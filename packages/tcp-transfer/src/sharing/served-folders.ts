// The types of served folders: a server finds them by name, and walks through their entries.
import type { ServedArea } from './open-inside.ts';
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

/** Where an entry of a served folder is on this machine. */
export interface EntryPlace {
  /** Absolute, and without links. */
  readonly path: string;
  /** In which an opened file must lie: no link leads there. */
  readonly area: ServedArea;
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
   * Where an entry is, for those who open many files and check each of them by themselves; `undefined` if nothing
   * at this path can be served. Nothing needs to be there.
   *
   * @default files are opened one by one
   * @internal
   */
  locate?(path: readonly string[]): EntryPlace | undefined;
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
