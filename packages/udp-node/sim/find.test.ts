// Searches on a network that loses datagrams, and in mixed clusters.
import { describe, expect, it } from 'vitest';
import { toySeal } from '../test/support/toy-seal.ts';
import { simulate } from './seeds.ts';
import { addresses, period, Simulation } from './simulation.ts';

const findsPerSeed = 8;

/** The number of searches, and of those that failed. */
const tally = { made: 0, failed: 0 };

/** At 30 % loss, some nodes search for a file that one other has. */
async function lossyFinds(seed: number, size: number, isSealed = false): Promise<void> {
  const simulation = new Simulation(seed, { loss: 0.3 });
  const all = addresses(size);
  for (const address of all)
    await simulation.start(address, {
      members: address === all[0] ? [] : [all[0]!],
      ...(isSealed && { seal: toySeal() }),
    });
  await simulation.untilComplete(5 * period);
  for (let i = 0; i < findsPerSeed; i += 1) {
    const asker = all[Math.floor(simulation.random() * all.length)]!;
    const others = all.filter((address) => address !== asker);
    const holder = others[Math.floor(simulation.random() * others.length)]!;
    tally.made += 1;
    if (!(await simulation.finds(asker, holder))) tally.failed += 1;
  }
  await simulation.end();
}

describe('a find with losses', () => {
  simulate('2 nodes', 500, (seed) => lossyFinds(seed, 2));
  simulate('20 nodes', 200, (seed) => lossyFinds(seed, 20));
  simulate('100 nodes', 5, (seed) => lossyFinds(seed, 100), 0);
  simulate('20 sealed nodes', 100, (seed) => lossyFinds(seed, 20, true));
  it('A find reaches a holder at 30 % loss with probability over 0.999', () => {
    expect(tally.made).toBeGreaterThan(0);
    expect(tally.failed / tally.made, `${tally.failed} of ${tally.made} failed`).toBeLessThan(
      0.001,
    );
  });
});

/** Originals and nodes of ours, a lone original that nobody knows, periods of 1 s and of 20 s. */
async function mixed(seed: number, size: number): Promise<void> {
  const simulation = new Simulation(seed, { loss: 0.05 });
  const all = addresses(size);
  const [hub = '', lone = ''] = all;
  const originals = new Set<string>();
  for (const address of all) {
    const original = address === lone || (address !== hub && simulation.random() < 0.3);
    if (original) originals.add(address);
    await simulation.start(address, {
      members: address === hub ? [] : [hub],
      protocol: original ? 1 : 2,
      period: simulation.random() < 0.2 ? 1000 : period,
    });
  }
  // An original speaks for the first time after a period.
  await simulation.clock.advance(3 * period + 1000);
  // An original asks only once, so a lost Get stays lost; a node of ours asks again.
  const ours = all.filter((address) => !originals.has(address));
  for (let i = 0; i < 3; i += 1) {
    const asker = ours[Math.floor(simulation.random() * ours.length)]!;
    const holder = i === 0 ? lone : all[Math.floor(simulation.random() * all.length)]!;
    if (asker === holder) continue;
    expect(await simulation.finds(asker, holder), `${asker} finds what ${holder} has`).toBe(true);
  }
  await simulation.end();
}

describe('in a mixed cluster nobody alive is lost to a Get', () => {
  simulate('20 nodes', 200, (seed) => mixed(seed, 20));
  simulate('100 nodes', 5, (seed) => mixed(seed, 100), 0);
});
