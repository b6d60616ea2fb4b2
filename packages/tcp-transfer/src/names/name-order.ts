// Keeps names in order while they come and go, so that a page of them costs no look at all the others.
import { setImmediate } from 'node:timers/promises';
import { nameMatcher } from './name-matcher.ts';

/** How many names are sorted, merged or compared before other work of the process may run. */
const batchSize = 10_000;

/**
 * Names in the order of UTF-16 code units, each once; those that are not well-formed Unicode are left
 * out. A change is noted at once and put in order when a page is asked for next: all changes since
 * then together, in one pass over the names.
 */
export class NameOrder {
  #ordered: readonly string[] = [];
  /** The names that have come (true) or gone (false) since the names were put in order. */
  #changes = new Map<string, boolean>();
  #ordering: Promise<void> | undefined;
  readonly #matched: (name: string) => string;

  /** @param matched what of a name is searched; by default, all of it */
  constructor(matched: (name: string) => string = (name) => name) {
    this.#matched = matched;
  }

  /** Notes a name that was not there. */
  add(name: string): void {
    if (name.isWellFormed()) this.#changes.set(name, true);
  }

  /** Notes that a name is gone. */
  remove(name: string): void {
    if (name.isWellFormed()) this.#changes.set(name, false);
  }

  /**
   * The first names after `after`, or from the beginning, at most `count`.
   *
   * @param match a text that the names must contain, as {@link nameMatcher} says
   */
  async after(after: string | undefined, count: number, match?: string): Promise<string[]> {
    while (this.#changes.size > 0 || this.#ordering) await (this.#ordering ??= this.#order());
    const names = this.#ordered;
    const start = after === undefined ? 0 : firstAfter(names, after);
    if (match === undefined) return names.slice(start, start + count);
    const found: string[] = [];
    const isWanted = nameMatcher(match);
    for (let at = start; at < names.length && found.length < count; at += 1) {
      if ((at - start + 1) % batchSize === 0) await setImmediate();
      if (isWanted(this.#matched(names[at]!))) found.push(names[at]!);
    }
    return found;
  }

  async #order(): Promise<void> {
    const changes = this.#changes;
    this.#changes = new Map();
    const come = [...changes.keys()].filter((name) => changes.get(name));
    const merged: string[] = [];
    const older = this.#ordered;
    const newer = await sorted(come);
    let at = 0;
    for (const [index, name] of older.entries()) {
      if ((index + 1) % batchSize === 0) await setImmediate();
      while (at < newer.length && newer[at]! < name) merged.push(newer[at++]!);
      if (!changes.has(name)) merged.push(name);
    }
    for (; at < newer.length; at += 1) merged.push(newer[at]!);
    this.#ordered = merged;
    this.#ordering = undefined;
  }
}

/** The place of the first name after a name, in names that are in order. */
function firstAfter(names: readonly string[], name: string): number {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (names[middle]! <= name) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sorts names in runs, which are merged two by two, with breaks: a million take a second. */
async function sorted(names: readonly string[]): Promise<readonly string[]> {
  let runs: string[][] = [];
  for (let at = 0; at < names.length; at += batchSize) {
    runs.push(names.slice(at, at + batchSize).sort());
    if (names.length > batchSize) await setImmediate();
  }
  while (runs.length > 1) {
    const longer: string[][] = [];
    for (let at = 0; at < runs.length; at += 2)
      longer.push(await merged(runs[at]!, runs[at + 1] ?? []));
    runs = longer;
  }
  return runs[0] ?? [];
}

async function merged(one: readonly string[], other: readonly string[]): Promise<string[]> {
  const both: string[] = [];
  let [left, right] = [0, 0];
  while (left < one.length || right < other.length) {
    const takeLeft = right === other.length || (left < one.length && one[left]! < other[right]!);
    both.push(takeLeft ? one[left++]! : other[right++]!);
    if (both.length % batchSize === 0) await setImmediate();
  }
  return both;
}
