// Nodes that start in the same moment: how soon everyone knows everyone.
import { describe, expect } from 'vitest';
import { MemoryLan } from '../src/testing/index.ts';
import { toySeal } from '../test/support/toy-seal.ts';
import { simulate } from './seeds.ts';
import { addresses, Simulation, type SimulatedNode } from './simulation.ts';

/**
 * Starts nodes in one moment. Returns who misses whom two seconds later, on a network that loses one in a
 * hundred datagrams unless `loss` says otherwise.
 */
async function joined(
  seed: number,
  all: readonly string[],
  optionsOf: (n: number, simulation: Simulation) => SimulatedNode,
  loss = 0.01,
): Promise<[string, string][]> {
  const simulation = new Simulation(seed, { loss });
  for (const [n, address] of all.entries())
    await simulation.start(address, { period: 120_000, ...optionsOf(n, simulation) });
  await simulation.clock.advance(2000);
  const missing = simulation.missing();
  await simulation.end();
  return missing;
}

describe('two seconds after nodes start in the same moment', () => {
  for (const [count, seeds] of [
    [2, 20],
    [3, 20],
    [10, 10],
    [30, 3],
    [100, 1],
  ] as const) {
    const all = addresses(count + 1);
    simulate(`${count} nodes that join one hub all know each other`, seeds, async (seed) => {
      const missing = await joined(seed, all, (n) => ({ members: n === 0 ? [] : [all[0]!] }));
      expect(missing).toEqual([]);
    });
    simulate(`${count} sealed nodes that join one hub all know each other`, seeds, async (seed) => {
      const optionsOf = (n: number): SimulatedNode => ({
        members: n === 0 ? [] : [all[0]!],
        seal: toySeal(),
      });
      const missing = await joined(seed, all, optionsOf, 0);
      expect(missing).toEqual([]);
    });
    simulate(`a chain of ${count} knows the whole chain`, seeds, async (seed) => {
      const missing = await joined(seed, all, (n) => ({ members: all.slice(n + 1, n + 2) }));
      expect(missing).toEqual([]);
    });
  }

  simulate(
    'a node that restarts on a local network is known, and knows all others',
    20,
    async (seed) => {
      const simulation = new Simulation(seed);
      const lan = new MemoryLan(simulation.clock);
      const all = addresses(8);
      const start = (address: string): Promise<unknown> =>
        simulation.start(address, { lan: lan.open(address.split(':')[0]!) });
      for (const address of all) await start(address);
      await simulation.clock.advance(5000);
      for (const wait of [1000, 200_000]) {
        await simulation.kill(all[3]!);
        await simulation.clock.advance(wait);
        await start(all[3]!);
        await simulation.clock.advance(3500);
        expect(simulation.missing(), `after ${wait} ms`).toEqual([]);
      }
      await simulation.end();
    },
  );
});
