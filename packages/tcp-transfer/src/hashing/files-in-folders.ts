// Files and their folders, as they are handed to a thread.
import type { ContentPieces } from './content-hash.ts';

/**
 * Files and their folders, in columns of one text or one array each: handing over an object, or a text, for
 * each file takes longer than its work.
 */
export interface FilesInFolders {
  /** With a null character between two of them, which no name holds. */
  readonly names: string;
  /** For each file the position of its folder in `folders`. */
  readonly inFolder: Uint32Array;
  /** The paths by which this process reaches the folders, such as through their descriptors. */
  readonly folders: readonly string[];
}

/** What files of a tree are to be like. */
export interface FileFacts {
  /** For each file 64 hexadecimal digits: its digest. For those of several pieces, how these are cut. */
  readonly digests: string;
  readonly pieces: ReadonlyMap<number, ContentPieces>;
  /** When each was last changed, in milliseconds since 1970: times that `Date` can hold. */
  readonly mtimes: Float64Array;
  /** 1 for each that its owner may execute. */
  readonly execs: Uint8Array;
}

/** Names as one text. */
export function joined(names: readonly string[]): string {
  return names.join('\0');
}

/** The functions of a worker that read such columns, as CommonJS. */
export const columnsSource = `
function namesIn(joined) {
  return joined.split('\\0');
}

function digestIn(digests, index) {
  return digests.slice(index * 64, index * 64 + 64);
}
`;
