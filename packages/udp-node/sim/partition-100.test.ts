import { describe } from 'vitest';
import { partition } from './partition.ts';
import { simulate } from './seeds.ts';

describe('a partition of 30 minutes heals by itself', () => {
  simulate('100 nodes', 5, (seed) => partition(seed, 100));
});
