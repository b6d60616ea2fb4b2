// A cluster in which nodes come and go.
import { describe, expect } from 'vitest';
import { simulate } from './seeds.ts';
import { addresses, addressOf, period, Simulation } from './simulation.ts';

const allowed = 8 * period;

/** Each period a tenth of the nodes dies without a goodbye, and as many new ones come. */
async function churn(seed: number, size: number, rounds: number): Promise<void> {
  const simulation = new Simulation(seed, { loss: 0.05 });
  const died = new Map<string, number>();
  const all = addresses(size);
  // The first node stays: newcomers have to know one.
  const [hub = ''] = all;
  for (const address of all)
    await simulation.start(address, { members: address === hub ? [] : [hub] });
  await simulation.clock.advance(2 * period);
  let next = size;
  for (let round = 0; round < rounds; round += 1) {
    for (let i = 0; i < size / 10; i += 1) {
      const mortals = [...simulation.nodes.keys()].filter((address) => address !== hub);
      const victim = mortals[Math.floor(simulation.random() * mortals.length)]!;
      await simulation.kill(victim);
      died.set(victim, simulation.clock.now());
      await simulation.start(addressOf(next), { members: [hub] });
      next += 1;
      await simulation.clock.advance(Math.floor((period * 10) / size));
    }
    const late = [...simulation.nodes.keys()].flatMap((self) =>
      simulation
        .listOf(self)
        .filter((other) => simulation.clock.now() - (died.get(other) ?? Infinity) > allowed),
    );
    expect(late).toEqual([]);
  }
  await simulation.end();
}

describe('churn leaves nobody listing a node that has been dead for more than eight periods', () => {
  simulate('20 nodes', 200, (seed) => churn(seed, 20, 10));
  simulate('100 nodes', 5, (seed) => churn(seed, 100, 10), 0);
});
