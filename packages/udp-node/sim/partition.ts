// A partition that heals.
import { expect } from 'vitest';
import { addresses, minute, period as defaultPeriod, Simulation } from './simulation.ts';

/** Separates the halves for half an hour, after which they find each other again by themselves. */
export async function partition(
  seed: number,
  size: number,
  period: number = defaultPeriod,
): Promise<void> {
  const simulation = new Simulation(seed, { loss: 0.05 });
  const all = addresses(size);
  for (const address of all)
    await simulation.start(address, { members: address === all[0] ? [] : [all[0]!], period });
  await simulation.untilComplete(3 * period);
  expect(simulation.missing()).toEqual([]);
  // Long enough for every node to have heard all others, not only of them.
  await simulation.clock.advance(5 * period);

  const half = new Set(all.filter(() => simulation.random() < 0.5));
  simulation.network.partition((from, to) => half.has(from) !== half.has(to));
  await simulation.clock.advance(30 * minute);
  const listedAcross = all
    .filter((address) => address !== all[0])
    .flatMap((self) =>
      simulation.listOf(self).filter((other) => half.has(self) !== half.has(other)),
    );
  expect(listedAcross.filter((other) => other !== all[0])).toEqual([]);

  simulation.network.heal();
  await simulation.untilComplete(25 * minute, 5000);
  expect(simulation.missing()).toEqual([]);
  await simulation.end();
}
