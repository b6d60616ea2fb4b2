// Checks paths of entries that come from the network.
import { maxTreeDepth, maxTreePathBytes } from '@peerlane/protocol';

/** The separators of paths; on Windows `a:b` is a stream of the file `a`. */
const separators = process.platform === 'win32' ? /[/\\:\0]/ : /[/\0]/;

/**
 * Whether a path can be one of an entry that is served: 1 to 64 names, 4,096 bytes at most, and no name that is empty,
 * hidden, `..`, or several names in one.
 */
export function isEntryPath(path: readonly string[]): boolean {
  if (path.length === 0 || path.length > maxTreeDepth) return false;
  if (Buffer.byteLength(path.join('/')) > maxTreePathBytes) return false;
  return path.every((name) => name !== '' && !name.startsWith('.') && !separators.test(name));
}

/** The cursor for the place after an entry. No name holds a slash. */
export function cursorAfter(path: readonly string[]): string {
  return path.join('/');
}

/** The place after which a page begins; `undefined` if no cursor is like this. */
export function placeOf(cursor: string): readonly string[] | undefined {
  const path = cursor.split('/', maxTreeDepth + 1);
  const isPlace = path.length <= maxTreeDepth && Buffer.byteLength(cursor) <= maxTreePathBytes;
  return isPlace ? path : undefined;
}
