// Writes down files, and what they are verified by, for a thread: in columns.
import type { ContentPieces } from '../hashing/content-hash.ts';
import { joined, type FileFacts, type FilesInFolders } from '../hashing/files-in-folders.ts';
import type { HeldFolder } from '../paths/held-folder.ts';
import { contentDigest } from './file-content.ts';
import type { LocatedFile } from './in-folders.ts';

type Located = LocatedFile<unknown>;

/** The digest of a file of which none is known: no content has this one. */
const noDigest = '-'.repeat(64);

/** The names of files, and their folders. */
export function inColumns(files: readonly Located[]): FilesInFolders {
  const places = new Map<string, number>();
  const inFolder = new Uint32Array(files.length);
  for (const [index, { lease }] of files.entries())
    inFolder[index] = placeOf(places, lease.folder.anchor);
  return { names: joined(files.map(({ name }) => name)), folders: [...places.keys()], inFolder };
}

/** The folders of files, in the order in which {@link inColumns} has them. */
export function foldersOf(files: readonly Located[]): readonly HeldFolder[] {
  return [...new Map(files.map(({ lease: { folder } }) => [folder.anchor, folder])).values()];
}

/** What files are to be like. */
export function factsOf(files: readonly Located[]): FileFacts {
  const digests: string[] = [];
  const pieces = new Map<number, ContentPieces>();
  const mtimes = new Float64Array(files.length);
  const execs = new Uint8Array(files.length);
  for (const [index, { entry }] of files.entries()) {
    const known = contentDigest(entry);
    digests.push(known.digest || noDigest);
    if (known.pieces) pieces.set(index, known.pieces);
    mtimes[index] = entry.mtime;
    if (entry.exec) execs[index] = 1;
  }
  return { digests: digests.join(''), pieces, mtimes, execs };
}

/** The position of a value among the different ones. */
export function placeOf<T>(places: Map<T, number>, value: T): number {
  const place = places.get(value) ?? places.size;
  places.set(value, place);
  return place;
}
