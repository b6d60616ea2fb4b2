// Runs a simulation with many seeds.
import { it } from 'vitest';

/** The share of the usual number of seeds that is run. */
const factor = Number(process.env.SIM_SEEDS ?? 1);
const first = Number(process.env.SIM_FIRST ?? 1);

/** How many of something are run, of which `usual` are run with the usual number of seeds. */
export function shareOf(usual: number, least = 1): number {
  return Math.max(least, Math.round(usual * factor));
}

/**
 * A test with many seeds. A failure names its seed, so that it can be kept as a test of its own.
 *
 * @param least how many are run of a small share: none where a smaller cluster shows the same
 */
export function simulate(
  name: string,
  seeds: number,
  scenario: (seed: number) => Promise<void>,
  least?: number,
): void {
  const count = shareOf(seeds, least);
  it.runIf(count > 0)(
    count > 0 ? `${name} (seeds ${first} to ${first + count - 1})` : `${name} (no seed of so few)`,
    async () => {
      for (let seed = first; seed < first + count; seed += 1) {
        try {
          await scenario(seed);
        } catch (error) {
          throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
        }
      }
    },
    30 * 60_000,
  );
}
