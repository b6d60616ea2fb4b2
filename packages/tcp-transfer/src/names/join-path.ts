// Puts the paths of entries together, and takes them apart.

/** The path of an entry of a folder, with `/`, relative to where the path of the folder begins. */
export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The last part of a path. */
export function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The order in which a walk that sorts each folder meets paths: `a/z` before `a.txt`. */
export function byPath(left: string, right: string): number {
  const [a, b] = [left.replaceAll('/', '\u0000'), right.replaceAll('/', '\u0000')];
  return a < b ? -1 : a > b ? 1 : 0;
}
