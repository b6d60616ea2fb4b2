// Compares two listings by the names of their files in composed form, under which files are found.
import { missing, type Listing } from './listing.ts';
import { nameBytes, type NameBytes } from './utf8-order.ts';

/** A name under which files of a folder are found. */
export interface FileKey {
  /** In composed form (NFC). Only until the next key is read. */
  readonly key: NameBytes;
  /** The position of the first file with this name. */
  readonly position: number;
}

/** The names of files in a listing that no file of another one has, each once. */
export function* missingKeys(from: Listing, other: Listing): Generator<FileKey> {
  if (from.isComposed && other.isComposed) {
    const key = nameBytes('');
    for (const position of missing(from, other, 'file'))
      yield { key: from.readName(position, key), position };
    return;
  }
  const there = keysOf(other);
  for (const [key, position] of keysOf(from))
    if (!there.has(key)) yield { key: nameBytes(key), position };
}

function keysOf(listing: Listing): ReadonlyMap<string, number> {
  const keys = new Map<string, number>();
  for (let at = 0; at < listing.size; at += 1) {
    const key = listing.isFileAt(at) ? listing.nameAt(at).normalize() : undefined;
    if (key !== undefined && !keys.has(key)) keys.set(key, at);
  }
  return keys;
}
