// Writes down files, and what they are verified by, for a thread: in columns.
import type { ContentPieces } from '../hashing/content-hash.ts';
import type { FilesInFolders } from '../hashing/files-in-folders.ts';
import type { HeldFolder } from '../paths/held-folder.ts';
import { contentDigest } from './file-content.ts';
import type { LocatedFile } from './in-folders.ts';

type Located = LocatedFile<unknown>;

/** The names of files, and their folders. */
export function inColumns(files: readonly Located[]): FilesInFolders {
  const places = new Map<string, number>();
  const inFolder = files.map(({ lease }) => placeOf(places, lease.folder.anchor));
  return { names: files.map(({ name }) => name), folders: [...places.keys()], inFolder };
}

/** The folders of files, in the order in which {@link inColumns} has them. */
export function foldersOf(files: readonly Located[]): readonly HeldFolder[] {
  return [...new Map(files.map(({ lease: { folder } }) => [folder.anchor, folder])).values()];
}

/** By what files are verified. */
export function digestsOf(files: readonly Located[]): {
  readonly digests: readonly string[];
  readonly pieces: ReadonlyMap<number, ContentPieces>;
} {
  const digests: string[] = [];
  const pieces = new Map<number, ContentPieces>();
  for (const [index, { entry }] of files.entries()) {
    const known = contentDigest(entry);
    digests.push(known.digest);
    if (known.pieces) pieces.set(index, known.pieces);
  }
  return { digests, pieces };
}

/** The position of a value among the different ones. */
export function placeOf<T>(places: Map<T, number>, value: T): number {
  const place = places.get(value) ?? places.size;
  places.set(value, place);
  return place;
}
