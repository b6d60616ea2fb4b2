// Serves the folders below shared folders as wholes.
import { join } from 'node:path';
import type { NameIndex } from '../names/name-index.ts';
import { nameMatcher } from '../names/name-matcher.ts';
import { maxDepth, walkAfter, type WalkedEntry } from '../names/walk.ts';
import { openInside, pathArea } from './open-inside.ts';
import type { FolderEntry, FolderPlace, ServedFolder, ServedFolders } from './served-folders.ts';
import type { SharedFile } from './served-files.ts';
import type { SharedPlace } from './shared-place.ts';
import { StableFile } from './stable-file.ts';

/** A shared folder, of which the folders are served. */
export interface SharedTree {
  readonly index: NameIndex;
  readonly place: SharedPlace;
  /**
   * The name by which the shared folder itself is served, and which stands before the path of each other one.
   * @default none: only the folders below it are served
   */
  readonly name?: string;
}

/** The folders of shared folders, by path or by last part. */
export class SharedFolders implements ServedFolders {
  readonly #trees: readonly SharedTree[];

  constructor(trees: readonly SharedTree[]) {
    this.#trees = trees;
  }

  /** The folders of shared folders that have names of their own. */
  static named(all: Iterable<readonly [string, SharedFolders]>): SharedFolders {
    const trees = [...all].map(([name, folders]) =>
      folders.#trees.map((tree) => ({ ...tree, name })),
    );
    return new SharedFolders(trees.flat());
  }

  find(requested: string): Promise<ServedFolder | undefined> {
    return Promise.resolve(this.#at(requested) ?? this.#called(requested));
  }

  #at(requested: string): ServedFolder | undefined {
    for (const tree of this.#trees) {
      const path = pathIn(tree, requested);
      const found = path === '' ? path : path && tree.index.folderNames.at(path);
      if (found !== undefined) return new TreeFolder(tree, found);
    }
    return undefined;
  }

  /** The only folder whose last part a name is. */
  #called(name: string): ServedFolder | undefined {
    const found = this.#trees.flatMap((tree) =>
      tree.index.folderNames.called(name).map((path) => new TreeFolder(tree, path)),
    );
    return found.length === 1 ? found[0] : undefined;
  }

  async namesAfter(after: string | undefined, count: number, match?: string): Promise<string[]> {
    const pages = this.#trees.map((tree) => namesIn(tree, after, count, match));
    return (await Promise.all(pages)).flat().sort().slice(0, count);
  }
}

/** The path of a requested folder below the shared one; `undefined` if it is not below it. */
function pathIn({ name }: SharedTree, requested: string): string | undefined {
  if (name === undefined) return requested === '' ? undefined : requested;
  const [first] = requested.split('/', 1);
  // No name is composed that is much longer than the one it is compared with.
  if (first!.length > name.length * 4 + 16) return undefined;
  if (first!.normalize('NFC') !== name.normalize('NFC')) return undefined;
  return requested.slice(first!.length + 1);
}

async function namesIn(
  { index, name }: SharedTree,
  after: string | undefined,
  count: number,
  match?: string,
): Promise<string[]> {
  if (name === undefined) return index.folderNames.after(after, count, match);
  const key = name.normalize('NFC');
  const start = `${key}/`;
  const isRoot = (after === undefined || key > after) && nameMatcher(match)(key);
  const names = isRoot ? [key] : [];
  if (after !== undefined && after > start && !after.startsWith(start)) return names;
  const from = after?.startsWith(start) ? after.slice(start.length) : undefined;
  const below = await index.folderNames.after(from, count, match);
  return [...names, ...below.map((path) => start + path)];
}

/** A folder of a shared folder. */
class TreeFolder implements ServedFolder {
  readonly name: string;
  readonly #tree: SharedTree;
  readonly #path: string;

  constructor(tree: SharedTree, path: string) {
    this.name = [tree.name, path].filter(Boolean).join('/');
    this.#tree = tree;
    this.#path = path;
  }

  entriesAfter(
    after: readonly string[] | undefined,
    count: number,
  ): Promise<readonly FolderEntry[]> {
    const { index } = this.#tree;
    const found = walkAfter((folder) => index.listing(folder), this.#path, after, count);
    return Promise.resolve(found.map(entryOf));
  }

  async openFile(path: readonly string[]): Promise<SharedFile | undefined> {
    const name = path.at(-1);
    const place = this.locate(path.slice(0, -1));
    if (!place || name === undefined || !canBeServed(name)) return undefined;
    const absolute = join(place.path, name);
    const opened = await openInside(pathArea(absolute, place.pin), absolute);
    return opened && StableFile.waitFor(name, opened);
  }

  locate(folder: readonly string[]): FolderPlace | undefined {
    if (folder.length >= maxDepth || !folder.every(canBeServed)) return undefined;
    const { path, area } = this.#tree.place;
    return { path: join(path, this.#path, ...folder), pin: area.pin };
  }
}

function entryOf({ path, kind }: WalkedEntry): FolderEntry {
  switch (kind) {
    case 'file':
    case 'folder':
      return { path, kind };
    case 'linkedFile':
      return { path, kind: 'omitted', reason: 'link' };
    default:
      return { path, kind: 'omitted', reason: kind };
  }
}

/** On Windows `a:b` is a stream of the file `a`. */
const separators = process.platform === 'win32' ? /[/\\:\0]/ : /[/\0]/;

/** Whether a name from the network can be one of a served entry, which hidden ones are not. */
function canBeServed(name: string): boolean {
  return name !== '' && !name.startsWith('.') && !separators.test(name);
}
