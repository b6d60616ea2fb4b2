import { availableParallelism } from 'node:os';
import { shared } from '../../vitest.shared.ts';

/** The simulations, which take minutes. */
export default {
  ...shared,
  test: { ...shared.test, include: ['sim/**/*.test.ts'], maxWorkers: availableParallelism() },
};
