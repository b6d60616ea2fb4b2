// Medians with their spread, of things that are run in turn, and how far that is.
/** The result of several runs of one thing: their median and the ends of their spread. */
export interface Measured {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Sums up the figures of several runs. */
export function summarise(figures: readonly number[]): Measured {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2,
    min: sorted[0]!,
    max: sorted.at(-1)!,
  };
}

/**
 * Runs several things in turn, `rounds` times each, so that a change of the machine's speed meets
 * all. Each round begins with another one, so that what a run leaves behind meets all of them, too.
 */
export async function alternate<Name extends string>(
  contestants: Readonly<Record<Name, () => Promise<number>>>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contestants) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
    Name,
    number[]
  >;
  for (let round = 0; round < rounds; round += 1) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)])
      figures[name].push(await contestants[name]());
  }
  return figures;
}

/** A line of a report: `median (min–max) unit`. */
export function show({ median, min, max }: Measured, unit: string, digits = 2): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)}) ${unit}`;
}

/** The time between two lines of progress, in milliseconds. */
const progressInterval = 5000;

/** Does some work, and prints how far it is every five seconds. */
export async function withProgress<T>(state: () => string, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => process.stdout.write(`  ${state()}\n`), progressInterval);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
