// Makes the listing of a folder from the names of its entries.
import { ListingBuilder } from '../../src/names/listing-builder.ts';
import type { EntryKind, Listing } from '../../src/names/listing.ts';

/** The names of the entries of a folder, by kind. */
export interface Names {
  readonly files?: readonly string[];
  readonly folders?: readonly string[];
  readonly others?: readonly (readonly [name: string, kind: EntryKind])[];
  readonly isUnreadable?: boolean;
}

/** A listing of a folder with these entries. */
export function listingOf({ files = [], folders = [], others = [], isUnreadable }: Names): Listing {
  const builder = new ListingBuilder();
  for (const name of files) builder.add(name, 'file');
  for (const name of folders) builder.add(name, 'folder');
  for (const [name, kind] of others) builder.add(name, kind);
  return builder.finish(isUnreadable);
}
