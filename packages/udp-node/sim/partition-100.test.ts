import { describe } from 'vitest';
import { partition } from './partition.ts';
import { simulate } from './seeds.ts';
import { minute } from './simulation.ts';

describe('a partition of 30 minutes heals by itself', () => {
  // So many speak less often, as docs/scale.md advises; it also saves minutes.
  simulate('100 nodes', 5, (seed) => partition(seed, 100, minute));
});
