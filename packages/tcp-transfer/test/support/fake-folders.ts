// Folders below a real one that are served as wholes, without an index.
import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { compareTreePaths } from '@peerlane/protocol';
import { openInside, pathArea } from '../../src/sharing/open-inside.ts';
import type {
  FolderEntry,
  FolderPlace,
  ServedFolder,
  ServedFolders,
} from '../../src/sharing/served-folders.ts';
import type { SharedFile } from '../../src/sharing/served-files.ts';
import { StableFile } from '../../src/sharing/stable-file.ts';

/** A folder that is served as a whole; what is in it was there when it was first asked for. */
export class FakeFolder implements ServedFolder {
  readonly name: string;
  readonly path: string;
  /** The paths that were opened. */
  readonly opened: string[] = [];
  #entries: Promise<FolderEntry[]> | undefined;

  constructor(path: string, name: string = basename(path)) {
    this.path = path;
    this.name = name;
  }

  async entriesAfter(
    after: readonly string[] | undefined,
    count: number,
  ): Promise<readonly FolderEntry[]> {
    this.#entries ??= this.#walk();
    const entries = await this.#entries;
    let [low, high] = [0, entries.length];
    while (after && low < high) {
      const middle = (low + high) >> 1;
      if (compareTreePaths(entries[middle]!.path, after) > 0) high = middle;
      else low = middle + 1;
    }
    return entries.slice(low, low + count);
  }

  async #walk(): Promise<FolderEntry[]> {
    const found: FolderEntry[] = [];
    const visit = async (path: readonly string[]): Promise<void> => {
      const names = await readdir(join(this.path, ...path));
      for (const name of names.sort()) {
        if (name.startsWith('.')) continue;
        const entry = await entryAt(join(this.path, ...path, name), [...path, name]);
        found.push(entry);
        if (entry.kind === 'folder') await visit(entry.path);
      }
    };
    await visit([]);
    return found;
  }

  async openFile(path: readonly string[]): Promise<SharedFile | undefined> {
    const place = join(this.path, ...path);
    this.opened.push(place);
    const opened = await openInside(pathArea(place), place);
    return opened && StableFile.waitFor(path.at(-1)!, opened);
  }

  locate(folder: readonly string[]): FolderPlace {
    return { path: join(this.path, ...folder), pin: undefined };
  }
}

async function entryAt(place: string, path: readonly string[]): Promise<FolderEntry> {
  const status = await lstat(place);
  if (status.isDirectory()) return { path, kind: 'folder' };
  if (status.isFile()) return { path, kind: 'file' };
  return { path, kind: 'omitted', reason: status.isSymbolicLink() ? 'link' : 'special' };
}

/** Serves folders by their names. */
export function fakeFolders(...folders: readonly ServedFolder[]): ServedFolders {
  return {
    find: (requested) => Promise.resolve(folders.find(({ name }) => name === requested)),
    namesAfter: (after, count) => {
      const names = folders.map(({ name }) => name).sort();
      return Promise.resolve(
        names.filter((name) => after === undefined || name > after).slice(0, count),
      );
    },
  };
}
