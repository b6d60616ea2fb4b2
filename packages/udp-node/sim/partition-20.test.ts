// A partition of 20 nodes.
import { describe } from 'vitest';
import { partition } from './partition.ts';
import { simulate } from './seeds.ts';
import { minute } from './simulation.ts';

describe('a partition of 30 minutes heals by itself', () => {
  simulate('20 nodes', 50, (seed) => partition(seed, 20));
  // With longer periods the cluster heals later, but the simulation is faster.
  simulate('20 nodes that speak once a minute', 150, (seed) => partition(seed, 20, minute));
});
