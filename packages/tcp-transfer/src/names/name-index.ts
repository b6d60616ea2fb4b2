// The index of a shared folder: finds the files in a tree of folders by their base names.
import { missingKeys } from './file-keys.ts';
import { FileOrder } from './file-order.ts';
import { FolderNames } from './folder-names.ts';
import { byPath, joinPath, lastPart } from './join-path.ts';
import { ListingBuilder } from './listing-builder.ts';
import { missing, type Listing } from './listing.ts';
import { maxNameLength } from './max-name-length.ts';
import { NameTable } from './name-table.ts';
import { nameBytes, nameText, type NameBytes } from './utf8-order.ts';

/** Several files with one base name, of which only one can be served. Paths are relative, with `/`. */
export interface NameClash {
  readonly filename: string;
  /** The file that is served: the first by path order. */
  readonly served: string;
  /** The files that are not. */
  readonly hidden: readonly string[];
}

/** The changes of the index by a new listing. */
export interface IndexChange {
  /** Names that have a file now, and had none before. */
  readonly added: readonly string[];
  /** Names that have no file any more. */
  readonly removed: readonly string[];
  /** Folders that are new, as relative paths: the caller must list them next. */
  readonly newFolders: readonly string[];
  /** Folders that are gone, and all folders below them. */
  readonly goneFolders: readonly string[];
}

/** How a listing is set. */
export interface SetOptions {
  /**
   * Whether the change says which names were added: nobody needs a million of them while a folder is read for
   * the first time.
   * @default true
   */
  readonly saysAdded?: boolean;
}

interface Folder {
  readonly path: string;
  listing: Listing;
}

interface Change {
  readonly added: string[];
  readonly removed: string[];
  readonly newFolders: string[];
  readonly goneFolders: string[];
}

const nothing: Listing = new ListingBuilder().finish();

/**
 * The files of a tree of folders by base name. The caller sets the listing of each folder; the index
 * reads no disk. Names are compared in Unicode's composed form (NFC), so that a name typed on one
 * system finds the file of another. Folders are relative paths with `/`; the root is `''`.
 */
export class NameIndex {
  readonly #numbers = new Map<string, number>();
  /** By number. */
  readonly #folders: (Folder | undefined)[] = [];
  readonly #freeNumbers: number[] = [];
  readonly #table = new NameTable((folder, name) => this.#positions(folder, name).length > 0);
  readonly #order = new FileOrder();
  #contested = new Set<string>();
  #fileCount = 0;
  /** The folders below the root that may be read, by their names. */
  readonly folderNames: FolderNames = new FolderNames((folder) => this.#folders[folder]!.path);

  /** How many names there are. */
  get size(): number {
    return this.#table.size;
  }

  /** How many files there are, also those that have the name of another. */
  get fileCount(): number {
    return this.#fileCount;
  }

  /** The relative paths of all files. */
  *filePaths(): Generator<string> {
    for (const folder of this.#folders) {
      if (!folder) continue;
      const { path, listing } = folder;
      for (let at = 0; at < listing.size; at += 1)
        if (listing.isFileAt(at)) yield joinPath(path, listing.nameAt(at));
    }
  }

  /** Whether there is a file or a folder at a relative path, spelled just so. */
  holds(path: string): boolean {
    if (this.#numbers.has(path)) return true;
    const name = lastPart(path);
    const listing = this.listing(path.slice(0, Math.max(0, path.length - name.length - 1)));
    const position = listing?.find(name);
    return position !== undefined && listing!.isFileAt(position);
  }

  /** The folders that have been listed. */
  folders(): IterableIterator<string> {
    return this.#numbers.keys();
  }

  /** The entries of a folder as they were set; `undefined` if they were not. */
  listing(folder: string): Listing | undefined {
    const number = this.#numbers.get(folder);
    return number === undefined ? undefined : this.#folders[number]!.listing;
  }

  /** A page of the names in composed form, as {@link FileOrder.after} says. */
  namesAfter(after: string | undefined, count: number, match?: string): Promise<string[]> {
    return this.#order.after(after, count, match);
  }

  /** Whether there is a file with a name. */
  has(name: string): boolean {
    return name.length <= maxNameLength && this.#table.has(nameBytes(name.normalize()));
  }

  /** The relative paths of the files with a name, the one to be served first. */
  *find(name: string): Generator<string> {
    if (name.length > maxNameLength) return;
    const key = nameBytes(name.normalize());
    for (const folder of this.#table.ordered(key, (folders) => this.#inOrder(folders, name))) {
      const { path, listing } = this.#folders[folder]!;
      for (const position of this.#positions(folder, key))
        yield joinPath(path, listing.nameAt(position));
    }
  }

  /** Sets the listing of a folder. */
  set(folder: string, listing: Listing, { saysAdded = true }: SetOptions = {}): IndexChange {
    const change: Change = { added: [], removed: [], newFolders: [], goneFolders: [] };
    const number = this.#numbers.get(folder) ?? this.#newFolder(folder);
    const before = this.#folders[number]!.listing;
    this.#setName(folder, number, !listing.isUnreadable);
    if (listing.equals(before)) return change;
    this.#replace(number, listing);
    this.#remove(number, before, listing, change);
    for (const { key, position } of missingKeys(listing, before)) {
      if (!this.#table.add(key, number)) this.#contested.add(nameText(key));
      else if (saysAdded) change.added.push(listing.nameAt(position));
    }
    for (const position of missing(listing, before, 'folder'))
      change.newFolders.push(joinPath(folder, listing.nameAt(position)));
    for (const position of missing(before, listing, 'folder'))
      this.#drop(joinPath(folder, before.nameAt(position)), change);
    return change;
  }

  /** The names with several files that have got a further file since the last call. */
  *newClashes(): Generator<NameClash> {
    const contested = this.#contested;
    this.#contested = new Set();
    for (const filename of contested) yield* this.#clashOf(filename);
  }

  /** All names with several files. */
  clashes(): NameClash[] {
    return [...this.#table.contested()].flatMap((name) => this.#clashOf(nameText(name)));
  }

  #clashOf(filename: string): NameClash[] {
    const [served, ...hidden] = this.find(filename);
    return served !== undefined && hidden.length > 0 ? [{ filename, served, hidden }] : [];
  }

  /** The positions of the files of a folder with a name. */
  #positions(folder: number, name: NameBytes): readonly number[] {
    return this.#folders[folder]!.listing.filesCalled(name);
  }

  /** Folders in the order of the paths of their files with a name. */
  #inOrder(folders: readonly number[], name: string): number[] {
    const paths = folders.map((folder) => [joinPath(this.#folders[folder]!.path, name), folder]);
    return (paths as [string, number][])
      .sort(([one], [other]) => byPath(one, other))
      .map(([, folder]) => folder);
  }

  #newFolder(path: string): number {
    const number = this.#freeNumbers.pop() ?? this.#folders.length;
    this.#folders[number] = { path, listing: nothing };
    this.#numbers.set(path, number);
    return number;
  }

  #setName(path: string, number: number, isReadable: boolean): void {
    if (path === '' || this.folderNames.has(path) === isReadable) return;
    if (isReadable) this.folderNames.add(path, number);
    else this.folderNames.remove(path);
  }

  #replace(number: number, listing: Listing): void {
    const folder = this.#folders[number]!;
    this.#order.remove(folder.listing);
    this.#order.add(listing);
    this.#fileCount += listing.fileCount() - folder.listing.fileCount();
    folder.listing = listing;
  }

  #remove(number: number, before: Listing, now: Listing, change: Change): void {
    for (const { key, position } of missingKeys(before, now))
      if (this.#table.remove(key, number)) change.removed.push(before.nameAt(position));
  }

  #drop(path: string, change: Change): void {
    const number = this.#numbers.get(path);
    if (number === undefined) return;
    const { listing } = this.#folders[number]!;
    change.goneFolders.push(path);
    this.folderNames.remove(path);
    this.#replace(number, nothing);
    this.#remove(number, listing, nothing, change);
    this.#numbers.delete(path);
    this.#folders[number] = undefined;
    this.#freeNumbers.push(number);
    for (const position of missing(listing, nothing, 'folder'))
      this.#drop(joinPath(path, listing.nameAt(position)), change);
  }
}
