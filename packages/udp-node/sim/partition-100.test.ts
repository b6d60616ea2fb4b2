// A partition of 100 nodes.
import { describe } from 'vitest';
import { partition } from './partition.ts';
import { simulate } from './seeds.ts';
import { minute } from './simulation.ts';

describe('a partition of 30 minutes heals by itself', () => {
  // A large cluster has a longer period, as docs/scale.md advises. This also saves minutes.
  simulate('100 nodes', 5, (seed) => partition(seed, 100, minute), 0);
});
