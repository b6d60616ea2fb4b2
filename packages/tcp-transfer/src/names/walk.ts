// Walks through the tree below a folder, from any place in it, without a memory between two pages.
import type { EntryKind, Listing } from './listing.ts';
import { joinPath } from './join-path.ts';

/** How many names from the first folder down an entry can have: no client accepts more. */
export const maxDepth = 64;

/** How long the path of an entry can be, in bytes of UTF-8 with `/` between its names. */
export const maxPathBytes = 4096;

/** How many bytes a name has at most: on Windows 255 code units. */
const maxNameBytes = 765;

/** An entry that a walk comes to. */
export interface WalkedEntry {
  /** The names from the first folder down. */
  readonly path: readonly string[];
  readonly kind: EntryKind | 'unreadable';
}

/** Looks the entries of a folder up by its path; `undefined` if they are not known. */
export type ListingOf = (folder: string) => Listing | undefined;

/** A folder on the way, and what of it comes next. */
interface Step {
  readonly names: readonly string[];
  readonly folder: string;
  readonly listing: Listing;
  next: number;
}

/**
 * The first entries below a folder after `after`, or from the beginning, at most `count`. The names in each
 * folder come in the order of UTF-16 code units, and what is in a folder directly after it. Nothing needs to
 * exist at `after`. A folder that lies so deep that what is in it could have no path is `unnamable`.
 */
export function walkAfter(
  listingOf: ListingOf,
  root: string,
  after: readonly string[] | undefined,
  count: number,
): WalkedEntry[] {
  const found: WalkedEntry[] = [];
  const steps = stepsTo(listingOf, root, after ?? []);
  while (found.length < count) {
    const step = steps.at(-1);
    if (!step) break;
    if (step.next === step.listing.size) {
      steps.pop();
      continue;
    }
    const position = step.next++;
    const path = [...step.names, step.listing.nameAt(position)];
    const kind = step.listing.kindAt(position);
    if (kind !== 'folder') {
      found.push({ path, kind });
      continue;
    }
    const folder = joinPath(step.folder, path.at(-1)!);
    const listing = listingOf(folder);
    const isLost = listing !== undefined && listing.size > 0 && isTooDeep(path);
    if (isLost) found.push({ path, kind: 'unnamable' });
    else found.push({ path, kind: listing?.isUnreadable ? 'unreadable' : 'folder' });
    if (listing && !isLost) steps.push({ names: path, folder, listing, next: 0 });
  }
  return found;
}

/** The folders on the way to a place, the first one first, and what of each comes after that place. */
function stepsTo(listingOf: ListingOf, root: string, place: readonly string[]): Step[] {
  const steps: Step[] = [];
  let folder = root;
  for (let depth = 0; depth <= place.length; depth += 1) {
    const names = place.slice(0, depth);
    const listing = listingOf(folder);
    if (!listing || isTooDeep(names)) break;
    const name = place[depth];
    const next = name === undefined ? 0 : listing.firstAfter(name);
    steps.push({ names, folder, listing, next });
    if (name === undefined) break;
    const position = listing.find(name);
    if (position === undefined || listing.kindAt(position) !== 'folder') break;
    folder = joinPath(folder, name);
  }
  return steps;
}

/** Whether an entry of a folder could have too many names, or a path that is too long. */
function isTooDeep(names: readonly string[]): boolean {
  if (names.length >= maxDepth) return true;
  const codeUnits = names.reduce((sum, { length }) => sum + length + 1, 0);
  // The bytes are counted only where they can be too many.
  if (codeUnits * 3 + maxNameBytes <= maxPathBytes) return false;
  return Buffer.byteLength(names.join('/')) + 1 + maxNameBytes > maxPathBytes;
}
