// Runs a simulation with many seeds.
import { it } from 'vitest';

/** The share of the usual number of seeds that is run. */
const factor = Number(process.env.SIM_SEEDS ?? 1);
const first = Number(process.env.SIM_FIRST ?? 1);

/** A test with many seeds. A failure names its seed, so that it can be kept as a test of its own. */
export function simulate(
  name: string,
  seeds: number,
  scenario: (seed: number) => Promise<void>,
): void {
  const count = Math.ceil(seeds * factor);
  it(
    `${name} (seeds ${first} to ${first + count - 1})`,
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
