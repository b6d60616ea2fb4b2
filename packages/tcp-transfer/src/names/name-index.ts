// The index of a shared folder: finds the files in a tree of folders by their base names.
import { FolderNames } from './folder-names.ts';
import { joinPath } from './join-path.ts';
import type { Listing } from './listing.ts';
import { maxNameLength } from './max-name-length.ts';
import { NameOrder } from './name-order.ts';

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

/**
 * The files of a tree of folders by base name. The caller sets the listing of each folder; the index
 * reads no disk. Names are compared in Unicode's composed form (NFC), so that a name typed on one
 * system finds the file of another. Folders are relative paths with `/`; the root is `''`.
 */
export class NameIndex {
  readonly #folders = new Map<string, Listing>();
  /** The path or the paths of each name; most names have one. */
  readonly #paths = new Map<string, string | PathSet>();
  readonly #contested = new Set<string>();
  readonly #order = new NameOrder();
  /** The folders below the root that may be read, by their names. */
  readonly folderNames: FolderNames = new FolderNames();

  /** How many names there are. */
  get size(): number {
    return this.#paths.size;
  }

  /** The folders that have been listed. */
  folders(): IterableIterator<string> {
    return this.#folders.keys();
  }

  /** The entries of a folder as they were set; `undefined` if they were not. */
  listing(folder: string): Listing | undefined {
    return this.#folders.get(folder);
  }

  /** A page of the names in composed form, as {@link NameOrder.after} says. */
  namesAfter(after: string | undefined, count: number, match?: string): Promise<string[]> {
    return this.#order.after(after, count, match);
  }

  /** Whether there is a file with a name. */
  has(name: string): boolean {
    return name.length <= maxNameLength && this.#paths.has(name.normalize('NFC'));
  }

  /** The relative paths of the files with a name, the one to be served first. */
  find(name: string): readonly string[] {
    if (name.length > maxNameLength) return [];
    const paths = this.#paths.get(name.normalize('NFC'));
    if (paths === undefined) return [];
    return typeof paths === 'string' ? [paths] : paths.ordered();
  }

  /** Sets the listing of a folder. */
  set(folder: string, listing: Listing): IndexChange {
    const before = namesIn(this.#folders.get(folder));
    const now = namesIn(listing);
    this.#folders.set(folder, listing);
    if (folder !== '') this.folderNames.set(folder, !listing.isUnreadable);
    const change = {
      added: [] as string[],
      removed: [] as string[],
      newFolders: missing(now.folders, before.folders).map((name) => joinPath(folder, name)),
      goneFolders: [] as string[],
    };
    this.#remove(folder, missing(before.files, now.files), change.removed);
    this.#add(folder, missing(now.files, before.files), change.added);
    for (const name of missing(before.folders, now.folders))
      this.#drop(joinPath(folder, name), change);
    return change;
  }

  /** The names with several files that have got a further file since the last call. */
  newClashes(): NameClash[] {
    const clashes = this.#clashesOf(this.#contested);
    this.#contested.clear();
    return clashes;
  }

  /** All names with several files. */
  clashes(): NameClash[] {
    const several = [...this.#paths].filter(([, paths]) => paths instanceof PathSet);
    return this.#clashesOf(several.map(([filename]) => filename));
  }

  #clashesOf(filenames: Iterable<string>): NameClash[] {
    const clashes: NameClash[] = [];
    for (const filename of filenames) {
      const [served, ...hidden] = this.find(filename);
      if (served !== undefined && hidden.length > 0) clashes.push({ filename, served, hidden });
    }
    return clashes;
  }

  #drop(folder: string, change: { removed: string[]; goneFolders: string[] }): void {
    const listing = this.#folders.get(folder);
    if (!listing) return;
    this.#folders.delete(folder);
    change.goneFolders.push(folder);
    this.folderNames.set(folder, false);
    const { files, folders } = namesIn(listing);
    this.#remove(folder, files, change.removed);
    for (const name of folders) this.#drop(joinPath(folder, name), change);
  }

  #add(folder: string, names: readonly string[], added: string[]): void {
    for (const name of names) {
      const path = joinPath(folder, name);
      const key = name.normalize('NFC');
      const paths = this.#paths.get(key);
      if (paths === undefined) {
        this.#paths.set(key, path);
        this.#order.add(key);
        added.push(name);
      } else {
        if (typeof paths === 'string') this.#paths.set(key, new PathSet(paths, path));
        else paths.add(path);
        this.#contested.add(key);
      }
    }
  }

  #remove(folder: string, names: readonly string[], removed: string[]): void {
    for (const name of names) {
      const path = joinPath(folder, name);
      const key = name.normalize('NFC');
      const paths = this.#paths.get(key);
      if (paths instanceof PathSet) paths.delete(path);
      if (paths === path || (paths instanceof PathSet && paths.size === 0)) {
        this.#paths.delete(key);
        this.#order.remove(key);
        removed.push(name);
      }
    }
  }
}

function missing(from: readonly string[], other: readonly string[]): readonly string[] {
  if (other.length === 0) return from;
  const there = new Set(other);
  return from.filter((name) => !there.has(name));
}

interface Names {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

function namesIn(listing: Listing | undefined): Names {
  const files: string[] = [];
  const folders: string[] = [];
  for (let at = 0; at < (listing?.size ?? 0); at += 1) {
    if (listing!.isFileAt(at)) files.push(listing!.nameAt(at));
    else if (listing!.kindAt(at) === 'folder') folders.push(listing!.nameAt(at));
  }
  return { files, folders };
}

/** The paths of the files with one name, of which the first is served. */
class PathSet {
  readonly #paths: Set<string>;
  #ordered: readonly string[] | undefined;

  constructor(...paths: string[]) {
    this.#paths = new Set(paths);
  }

  get size(): number {
    return this.#paths.size;
  }

  add(path: string): void {
    this.#paths.add(path);
    this.#ordered = undefined;
  }

  delete(path: string): void {
    this.#paths.delete(path);
    this.#ordered = undefined;
  }

  /** All paths in order. They are sorted on demand, not at each of many changes. */
  ordered(): readonly string[] {
    this.#ordered ??= [...this.#paths].sort(byPath);
    return this.#ordered;
  }
}

/** The order in which a walk that sorts each folder meets paths: `a/z` before `a.txt`. */
export function byPath(left: string, right: string): number {
  const [a, b] = [left.replaceAll('/', '\u0000'), right.replaceAll('/', '\u0000')];
  return a < b ? -1 : a > b ? 1 : 0;
}
