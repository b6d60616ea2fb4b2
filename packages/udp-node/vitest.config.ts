import type { ViteUserConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

/** A module that these put another in the place of must not be loaded already. */
const replacing = ['test/lan/refused-multicast.test.ts', 'test/transport/shared-ports.test.ts'];

const project = (test: ViteUserConfig['test']): ViteUserConfig => ({
  ...shared,
  test: { ...shared.test, ...test },
});

export default {
  ...shared,
  test: {
    ...shared.test,
    projects: [
      project({ name: 'together', exclude: replacing }),
      project({ name: 'alone', include: replacing, isolate: true }),
    ],
  },
};
