// Finds the slowest of the sources of a swarm. Pure.

/** How much a source has sent, and since when. */
export interface SourceSpeed {
  /** When it joined, in milliseconds. */
  readonly since: number;
  /** In bytes, of whole pieces. */
  readonly arrived: number;
}

/** The source that has sent the least for its time, of those that have had at least some milliseconds. */
export function slowestOf<S extends SourceSpeed>(
  sources: Iterable<S>,
  now: number,
  least: number,
): S | undefined {
  const rateOf = ({ arrived, since }: S): number => arrived / Math.max(1, now - since);
  const had = [...sources].filter(({ since }) => now - since >= least);
  return had.sort((a, b) => rateOf(a) - rateOf(b))[0];
}
