// Names that may have been meant where somebody has typed another one.
import { alternatives } from './alternatives.ts';

/** How many names are suggested at most. */
const maxNear = 3;

/**
 * The names that are near to a text that was typed: the nearest first, three at most. Upper and lower
 * case count as the same. What lies below a folder that is near is not suggested beside it.
 */
export function nearestNames(typed: string, names: Iterable<string>): string[] {
  const wanted = typed.toLowerCase();
  const near: { readonly name: string; readonly distance: number }[] = [];
  for (const name of names) {
    const candidate = name.toLowerCase();
    const bound = Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3));
    const distance = distanceOf(wanted, candidate, bound);
    if (distance <= bound) near.push({ name, distance });
    // The text is a part of the name.
    else if (wanted.length >= 3 && candidate.includes(wanted)) near.push({ name, distance: bound });
  }
  near.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  const above: string[] = [];
  for (const { name } of near) {
    if (above.length === maxNear) break;
    if (!above.some((folder) => folder.endsWith('/') && name.startsWith(folder))) above.push(name);
  }
  return above;
}

/** The suggestion ` Did you mean "a" or "b"?` as it follows a sentence; empty if there is no name. */
export function didYouMean(near: readonly string[]): string {
  if (near.length === 0) return '';
  return ` Did you mean ${alternatives(near.map((name) => `"${name}"`))}?`;
}

/**
 * The edit distance of two texts: how many characters are inserted, removed, replaced, or swapped with
 * the next one. If it is over `bound`, the result is some number over `bound`.
 */
function distanceOf(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) > bound) return Infinity;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    if (Math.min(...row) > bound) return Infinity;
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
