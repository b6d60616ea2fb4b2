// Finds the next page of names in a large set without sorting all of it.
import { setImmediate } from 'node:timers/promises';

/** How many names are compared before other work of the process may run. */
const batchSize = 10_000;

/**
 * The first names after `after` in the order of UTF-16 code units, at most `count`, each once. Names
 * that are not well-formed Unicode are left out. The names may change while they are read, and may
 * contain duplicates.
 *
 * @param match a text that the names must contain, as {@link isMatch} says
 */
export async function namesAfter(
  names: Iterable<string>,
  after: string | undefined,
  count: number,
  match?: string,
): Promise<string[]> {
  let kept: string[] = [];
  /** Enough names come before this one: it and all later names are not among the first. */
  let end: string | undefined;
  let seen = 0;
  for (const name of names) {
    seen += 1;
    if (seen % batchSize === 0) await setImmediate();
    if ((after !== undefined && name <= after) || (end !== undefined && name >= end)) continue;
    if (!name.isWellFormed() || !isMatch(name, match)) continue;
    kept.push(name);
    if (kept.length < 2 * count) continue;
    kept = firstOf(kept, count);
    end = kept[count - 1];
  }
  return firstOf(kept, count);
}

/** Whether a name contains a text, upper and lower case alike; without a text, every name matches. */
export function isMatch(name: string, text: string | undefined): boolean {
  return text === undefined || name.toLowerCase().includes(text.toLowerCase());
}

function firstOf(names: readonly string[], count: number): string[] {
  return [...new Set(names)].sort().slice(0, count);
}
