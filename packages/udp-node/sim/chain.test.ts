// Nodes of which each knows only the next.
import { describe, expect } from 'vitest';
import { simulate } from './seeds.ts';
import { addresses, period, Simulation } from './simulation.ts';

/** Starts nodes of which each knows only the next within a second, on a network that loses a fifth. */
async function chain(seed: number, size: number): Promise<void> {
  const simulation = new Simulation(seed, { loss: 0.2, duplication: 0.05 });
  const all = addresses(size);
  for (const [n, address] of all.entries()) {
    await simulation.start(address, { members: all.slice(n + 1, n + 2) });
    await simulation.clock.advance(Math.floor((simulation.random() * 1000) / size));
  }
  await simulation.untilComplete(3 * period);
  expect(simulation.missing()).toEqual([]);
  await simulation.end();
}

describe('a chain converges within three periods at 20 % loss', () => {
  simulate('20 nodes', 200, (seed) => chain(seed, 20));
  simulate('100 nodes', 5, (seed) => chain(seed, 100));
});
