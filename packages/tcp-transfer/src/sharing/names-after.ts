import { setImmediate } from 'node:timers/promises';

/** How many names are looked at before other work has its turn. */
const inOneGo = 10_000;

/**
 * The first names behind `after` in the order of UTF-16 code units, at most `count`, each once. Names
 * that are not well-formed Unicode are left out. Nothing is put in order that is not given out, and
 * nothing is kept; the names may change meanwhile, and come twice.
 */
export async function namesAfter(
  names: Iterable<string>,
  after: string | undefined,
  count: number,
): Promise<string[]> {
  let kept: string[] = [];
  /** Where there are enough before it, a name is not among the first. */
  let end: string | undefined;
  let seen = 0;
  for (const name of names) {
    seen += 1;
    if (seen % inOneGo === 0) await setImmediate();
    if ((after !== undefined && name <= after) || (end !== undefined && name >= end)) continue;
    if (!name.isWellFormed()) continue;
    kept.push(name);
    if (kept.length < 2 * count) continue;
    kept = firstOf(kept, count);
    end = kept[count - 1];
  }
  return firstOf(kept, count);
}

function firstOf(names: readonly string[], count: number): string[] {
  return [...new Set(names)].sort().slice(0, count);
}
