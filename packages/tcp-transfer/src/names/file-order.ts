// Keeps the files of many listings in the order of their names, so that a page of names costs no look at all
// the others.
import { setImmediate } from 'node:timers/promises';
import type { Listing } from './listing.ts';
import { nameMatcher } from './name-matcher.ts';
import { compareNames, nameBytes, type NameBytes } from './utf8-order.ts';

/** How many files are merged or compared before other work of the process may run. */
const batchSize = 10_000;

/** Files in the order of their names: the number of the listing and the position in it of each. */
interface Run {
  readonly lists: Uint32Array;
  readonly positions: Uint32Array;
}

/**
 * The names of the files in listings, in composed form (NFC) and in the order of UTF-16 code units, each once.
 * A listing that comes or goes is noted at once, and put in order when a page is asked for next.
 */
export class FileOrder {
  #listings: readonly Listing[] = [];
  #run: Run = emptyRun(0);
  readonly #come = new Set<Listing>();
  readonly #gone = new Set<Listing>();
  #ordering: Promise<void> | undefined;

  /** Notes a listing that was not there. */
  add(listing: Listing): void {
    if (listing.hasFiles()) this.#come.add(listing);
  }

  /** Notes that a listing is gone. */
  remove(listing: Listing): void {
    if (!this.#come.delete(listing) && listing.hasFiles()) this.#gone.add(listing);
  }

  /**
   * The first names after `after`, or from the beginning, at most `count`.
   *
   * @param match a text that the names must contain, as {@link nameMatcher} says
   */
  async after(after: string | undefined, count: number, match?: string): Promise<string[]> {
    while (this.#come.size + this.#gone.size > 0 || this.#ordering)
      await (this.#ordering ??= this.#order());
    const [run, listings] = [this.#run, this.#listings];
    const isWanted = nameMatcher(match);
    const found: string[] = [];
    let last: string | undefined;
    let at = after === undefined ? 0 : firstAfter(run, listings, after);
    for (let seen = 1; at < run.lists.length && found.length < count; seen += 1) {
      if (seen % batchSize === 0) await setImmediate();
      const name = listings[run.lists[at]!]!.nameAt(run.positions[at]!).normalize();
      // Many files can have one name, as `index.html` in every folder.
      at = name === last ? firstAfter(run, listings, name) : at + 1;
      if (name !== last && isWanted(name)) found.push(name);
      last = name;
    }
    return found;
  }

  async #order(): Promise<void> {
    const gone = new Set(this.#gone);
    const numbers = this.#listings.map((listing) => !gone.has(listing));
    const listings = this.#listings.filter((_, number) => numbers[number]);
    let next = 0;
    const renumbered = Uint32Array.from(numbers, (stays) => (stays ? next++ : stale));
    const come = [...this.#come];
    this.#come.clear();
    this.#gone.clear();
    const all = [...listings, ...come];
    const stays = countKept(this.#run, renumbered);
    await setImmediate();
    const counts = come.map((listing) => listing.fileCount());
    const run = emptyRun(counts.reduce((sum, count) => sum + count, stays));
    /** Where the files of each listing begin, and at last where those of the last one end. */
    const starts = [0];
    for (const [index, listing] of come.entries()) {
      putFiles(listing, listings.length + index, run, starts.at(-1)!, counts[index]!);
      starts.push(starts.at(-1)! + counts[index]!);
      if (index % 100 === 99) await setImmediate();
    }
    // The most of them come last, where they are merged least often.
    if (stays > 0) starts.push(keep(this.#run, renumbered, run, starts.at(-1)!));
    this.#listings = all;
    this.#run = await inOrder(run, starts, all);
    this.#ordering = undefined;
  }
}

/** Stands for the number of a listing that is gone. */
const stale = 0xffff_ffff;

function emptyRun(length: number): Run {
  return { lists: new Uint32Array(length), positions: new Uint32Array(length) };
}

function countKept({ lists }: Run, renumbered: Uint32Array): number {
  let size = 0;
  for (const list of lists) if (renumbered[list] !== stale) size += 1;
  return size;
}

/** Puts the files of the listings that stay into part of another run; returns where they end there. */
function keep(
  { lists, positions }: Run,
  renumbered: Uint32Array,
  into: Run,
  start: number,
): number {
  let end = start;
  for (let at = 0; at < lists.length; at += 1) {
    const list = renumbered[lists[at]!]!;
    if (list === stale) continue;
    into.lists[end] = list;
    into.positions[end] = positions[at]!;
    end += 1;
  }
  return end;
}

/** Puts the files of one listing into part of a run. */
function putFiles(listing: Listing, list: number, into: Run, start: number, count: number): void {
  const positions = into.positions.subarray(start, start + count);
  let end = 0;
  for (let at = 0; at < listing.size; at += 1) if (listing.isFileAt(at)) positions[end++] = at;
  if (!listing.isComposed) {
    const keyed = Array.from(positions, (at) => [listing.nameAt(at).normalize(), at] as const);
    keyed.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    positions.set(keyed.map(([, at]) => at));
  }
  into.lists.fill(list, start, start + count);
}

/**
 * Merges the parts of a run, each of which is in order, two by two: from one piece of memory into another and
 * back, as new memory for each would be given back late.
 *
 * @param starts where each part begins, and at last where the last one ends
 */
async function inOrder(run: Run, starts: number[], listings: readonly Listing[]): Promise<Run> {
  if (starts.length <= 2) return run;
  let [from, to] = [run, emptyRun(run.lists.length)];
  while (starts.length > 2) {
    const longer = [0];
    for (let at = 0; at < starts.length - 1; at += 2) {
      const [start, middle] = [starts[at]!, starts[at + 1]!];
      const end = starts[at + 2] ?? middle;
      await merge(from, to, { start, middle, end }, listings);
      longer.push(end);
    }
    starts = longer;
    [from, to] = [to, from];
  }
  return from;
}

/** Two neighbouring parts of a run, of which the second begins in the middle. */
interface Parts {
  readonly start: number;
  readonly middle: number;
  readonly end: number;
}

async function merge(
  from: Run,
  to: Run,
  { start, middle, end }: Parts,
  listings: readonly Listing[],
): Promise<void> {
  if (middle === end) {
    to.lists.set(from.lists.subarray(start, end), start);
    to.positions.set(from.positions.subarray(start, end), start);
    return;
  }
  const left = new Reader(from, start, middle, listings);
  const right = new Reader(from, middle, end, listings);
  for (let at = start; at < end; at += 1) {
    const next = left.comesBefore(right) ? left : right;
    to.lists[at] = next.list;
    to.positions[at] = next.position;
    next.advance();
    if ((at + 1) % batchSize === 0) await setImmediate();
  }
}

/** Reads the names of a part of a run one after the other. */
class Reader {
  readonly #run: Run;
  readonly #listings: readonly Listing[];
  readonly #name: NameBytes = nameBytes('');
  #at: number;
  readonly #end: number;

  constructor(run: Run, start: number, end: number, listings: readonly Listing[]) {
    this.#run = run;
    this.#listings = listings;
    this.#at = start - 1;
    this.#end = end;
    this.advance();
  }

  get list(): number {
    return this.#run.lists[this.#at]!;
  }

  get position(): number {
    return this.#run.positions[this.#at]!;
  }

  advance(): void {
    this.#at += 1;
    if (!this.#isAtEnd) readKey(this.#listings[this.list]!, this.position, this.#name);
  }

  get #isAtEnd(): boolean {
    return this.#at === this.#end;
  }

  comesBefore(other: Reader): boolean {
    if (this.#isAtEnd || other.#isAtEnd) return other.#isAtEnd;
    return compareNames(this.#name, other.#name) <= 0;
  }
}

/** Reads the name of an entry in composed form. */
function readKey(listing: Listing, position: number, into: NameBytes): void {
  if (listing.isComposed) listing.readName(position, into);
  else Object.assign(into, nameBytes(listing.nameAt(position).normalize()));
}

/** The place of the first name after a name. */
function firstAfter({ lists, positions }: Run, listings: readonly Listing[], name: string): number {
  const wanted = nameBytes(name);
  const key = nameBytes('');
  let [low, high] = [0, lists.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    readKey(listings[lists[middle]!]!, positions[middle]!, key);
    if (compareNames(key, wanted) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
