// Work on files of a tree, with the folders that they are in held open meanwhile.
import { checkTreePath, type TreeFile, type TreePath } from '@peerlane/protocol';
import type { FolderLease, TreeFolders } from './tree-folders.ts';

/** A file, and its place. */
export interface LocatedFile<T> {
  readonly item: T;
  readonly entry: TreeFile;
  readonly name: string;
  readonly lease: FolderLease;
}

type Holding = FolderLease | { readonly error: unknown };

/**
 * Holds the folders of some files, whose paths are checked, while there is work on them. Elsewhere than on
 * Linux, each must still be at its path before and after.
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
  const holdings = new Map<string, Holding>();
  const results: R[] = [];
  const located: LocatedFile<T>[] = [];
  const places: number[] = [];
  try {
    let last: { readonly path: TreePath; readonly holding: Holding } | undefined;
    for (const [index, item] of items.entries()) {
      const entry = entryOf(item);
      const { path } = entry;
      // Files of one folder mostly come one after the other.
      const holding: Holding =
        last && isBeside(path, last.path)
          ? last.holding
          : await hold(path.slice(0, -1), holdings, folders, makes);
      last = { path, holding };
      if ('error' in holding) {
        results[index] = unreachable(holding.error);
        continue;
      }
      located.push({ item, entry, name: path.at(-1)!, lease: holding });
      places.push(index);
    }
    const held = new Set(located.map(({ lease }) => lease.folder));
    for (const folder of held) await folder.verify();
    const found = located.length > 0 ? await work(located) : [];
    for (const folder of held) await folder.verify();
    for (const [at, index] of places.entries()) results[index] = found[at]!;
    return results;
  } finally {
    for (const holding of holdings.values()) if ('release' in holding) holding.release();
  }
}

async function hold(
  parent: TreePath,
  holdings: Map<string, Holding>,
  folders: TreeFolders,
  makes: boolean,
): Promise<Holding> {
  const key = parent.join('/');
  const known = holdings.get(key);
  if (known) return known;
  const holding = await folders.hold(parent, makes).catch((error: unknown) => ({ error }));
  holdings.set(key, holding);
  return holding;
}

/**
 * Checks paths before something is read or written under them.
 *
 * @throws ProtocolError `bad-filename`
 */
export function checkPaths<T>(items: readonly T[], entryOf: (item: T) => TreeFile): void {
  let last: TreePath | undefined;
  for (const item of items) {
    const { path } = entryOf(item);
    checkTreePath(path, last && isBeside(path, last) ? path.length - 1 : 0);
    last = path;
  }
}

/** Whether two paths have the same folder. */
function isBeside(one: TreePath, other: TreePath): boolean {
  if (one.length !== other.length) return false;
  for (let at = one.length - 2; at >= 0; at -= 1) if (one[at] !== other[at]) return false;
  return true;
}
