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
    let runs = [await kept(this.#run, renumbered)];
    for (const [index, listing] of come.entries()) {
      runs.push(runOf(listing, listings.length + index));
      if (index % 100 === 99) await setImmediate();
    }
    runs.sort((one, other) => one.lists.length - other.lists.length);
    while (runs.length > 1) {
      const longer: Run[] = [];
      for (let at = 0; at < runs.length; at += 2)
        longer.push(await merged(runs[at]!, runs[at + 1] ?? emptyRun(0), all));
      runs = longer;
    }
    this.#listings = all;
    this.#run = runs[0]!;
    this.#ordering = undefined;
  }
}

/** Stands for the number of a listing that is gone. */
const stale = 0xffff_ffff;

function emptyRun(length: number): Run {
  return { lists: new Uint32Array(length), positions: new Uint32Array(length) };
}

/** The files of the listings that stay. */
async function kept({ lists, positions }: Run, renumbered: Uint32Array): Promise<Run> {
  let size = 0;
  for (const list of lists) if (renumbered[list] !== stale) size += 1;
  await setImmediate();
  const run = emptyRun(size);
  let end = 0;
  for (let at = 0; at < lists.length; at += 1) {
    const list = renumbered[lists[at]!]!;
    if (list === stale) continue;
    run.lists[end] = list;
    run.positions[end] = positions[at]!;
    end += 1;
  }
  return run;
}

/** The files of one listing. */
function runOf(listing: Listing, list: number): Run {
  const run = emptyRun(listing.fileCount());
  let end = 0;
  for (let at = 0; at < listing.size; at += 1) if (listing.isFileAt(at)) run.positions[end++] = at;
  if (!listing.isComposed) {
    const keyed = Array.from(run.positions, (at) => [listing.nameAt(at).normalize(), at] as const);
    keyed.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    run.positions.set(keyed.map(([, at]) => at));
  }
  run.lists.fill(list);
  return run;
}

async function merged(one: Run, other: Run, listings: readonly Listing[]): Promise<Run> {
  if (other.lists.length === 0) return one;
  const both = emptyRun(one.lists.length + other.lists.length);
  const left = new Reader(one, listings);
  const right = new Reader(other, listings);
  for (let at = 0; at < both.lists.length; at += 1) {
    const next = left.comesBefore(right) ? left : right;
    both.lists[at] = next.list;
    both.positions[at] = next.position;
    next.advance();
    if ((at + 1) % batchSize === 0) await setImmediate();
  }
  return both;
}

/** Reads the names of a run one after the other. */
class Reader {
  readonly #run: Run;
  readonly #listings: readonly Listing[];
  readonly #name: NameBytes = nameBytes('');
  #at = -1;

  constructor(run: Run, listings: readonly Listing[]) {
    this.#run = run;
    this.#listings = listings;
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
    return this.#at === this.#run.lists.length;
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
