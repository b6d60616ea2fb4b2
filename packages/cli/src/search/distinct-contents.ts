// Finds the contents of one file name that differ for sure, although the roots of some are unknown.
import type { FoundContent } from './search-files.ts';

/** The contents of one name, as far as they are known. */
export interface DistinctContents {
  /** Contents that differ for sure: by their roots, or by their sizes. */
  readonly distinct: readonly FoundContent[];
  /** Whether there may be more, among the holders whose root is unknown. */
  readonly more: boolean;
}

/** Finds the contents of one name that differ for sure. */
export function distinctContents(contents: readonly FoundContent[]): DistinctContents {
  const rooted = contents.filter(({ root }) => root !== undefined);
  const sizes = new Set(rooted.map(({ size }) => size));
  const unknown = contents.filter(({ root }) => root === undefined);
  return {
    distinct: [...rooted, ...unknown.filter(({ size }) => !sizes.has(size))],
    more: unknown.some(({ size, holders }) => holders.length > 1 || sizes.has(size)),
  };
}
