// The words of invitations that may have been meant where somebody typed another one.
import { words } from './words.ts';

/** How many words are suggested at most. */
const maxNear = 3;

/** The words that are one letter away: one is missing, too many, another, or swapped with the next. */
export function nearestWords(typed: string): string[] {
  return words.filter((word) => isNear(typed, word)).slice(0, maxNear);
}

function isNear(a: string, b: string): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  const [afterA, afterB] = [restA.slice(1), restB.slice(1)];
  return (
    afterA === restB ||
    afterB === restA ||
    afterA === afterB ||
    (restA.length > 1 && `${restA[1]!}${restA[0]!}${restA.slice(2)}` === restB)
  );
}
