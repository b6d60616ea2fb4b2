// Work on files of a tree, with the folders that they are in held open meanwhile.
import type { TreeFile } from '@peerlane/protocol';
import type { FolderLease, TreeFolders } from './tree-folders.ts';

/** A file, and its place. */
export interface LocatedFile<T> {
  readonly item: T;
  readonly entry: TreeFile;
  readonly name: string;
  readonly lease: FolderLease;
}

/**
 * Holds the folders of some files, whose paths are checked, while there is work on them. Elsewhere than on Linux, each must still
 * be at its path before and after.
 *
 * @param unreachable the result for a file whose folder cannot be held
 * @returns the results, in order
 */
export async function inFolders<T, R>(
  items: readonly T[],
  entryOf: (item: T) => TreeFile,
  { folders, makes }: { readonly folders: TreeFolders; readonly makes: boolean },
  unreachable: (error: unknown) => R,
  work: (files: readonly LocatedFile<T>[]) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const leases = new Map<string, Promise<FolderLease | { readonly error: unknown }>>();
  const results: R[] = [];
  const located: LocatedFile<T>[] = [];
  const places: number[] = [];
  try {
    for (const [index, item] of items.entries()) {
      const entry = entryOf(item);
      const { path } = entry;
      const parent = path.slice(0, -1);
      const key = parent.join('/');
      const holding =
        leases.get(key) ?? folders.hold(parent, makes).catch((error: unknown) => ({ error }));
      leases.set(key, holding);
      const lease = await holding;
      if ('error' in lease) {
        results[index] = unreachable(lease.error);
        continue;
      }
      located.push({ item, entry, name: path.at(-1)!, lease });
      places.push(index);
    }
    const held = new Set(located.map(({ lease }) => lease.folder));
    for (const folder of held) await folder.verify();
    const found = located.length > 0 ? await work(located) : [];
    for (const folder of held) await folder.verify();
    for (const [at, index] of places.entries()) results[index] = found[at]!;
    return results;
  } finally {
    for (const holding of leases.values()) {
      const lease = await holding;
      if ('release' in lease) lease.release();
    }
  }
}
