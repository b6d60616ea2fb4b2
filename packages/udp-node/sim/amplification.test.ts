// Attacks in the name of a machine, and what the machine is sent.
import { describe, expect, it } from 'vitest';
import { amplification, tooMuch } from './amplification.ts';
import { shareOf } from './seeds.ts';
import { period } from './simulation.ts';

/** The sizes of clusters, and their periods. */
const clusters: [size: number, each: number][] = [
  [2, period],
  [20, period],
];
// The cost of a round grows with the square of the size: of a small share twenty show the same.
if (shareOf(1, 0) > 0) clusters.push([60, 3 * period]);

describe('a machine in whose name datagrams are forged', () => {
  it.each(clusters)(
    'A forged sender is sent at most three times the bytes within an hour by a cluster of %i',
    async (size, each) => {
      const victims = await amplification(size, each);
      const factors = victims.map(({ forged, sent }) => sent / forged);
      process.stdout.write(`${size} nodes send at most ${Math.max(...factors).toFixed(2)} times\n`);
      expect(tooMuch(victims)).toEqual([]);
      expect(victims.filter(({ sent }) => sent > 0).length).toBeGreaterThan(victims.length / 2);
    },
    30 * 60_000,
  );

  it.each([
    [2, period],
    [20, period],
  ])(
    'A forged sender is sent at most three times the bytes by a sealed cluster of %i, also by a member',
    async (size, each) => {
      const victims = await amplification(size, each, true);
      expect(tooMuch(victims, true)).toEqual([]);
      expect(victims.filter(({ sent }) => sent > 0).length).toBeGreaterThan(victims.length / 2);
    },
    30 * 60_000,
  );
});
