import { defineConfig, mergeConfig, type ViteUserConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

// The tests mostly wait: they do that side by side.
const page: ViteUserConfig = mergeConfig(
  shared,
  defineConfig({
    test: {
      testTimeout: 90_000,
      hookTimeout: 60_000,
      maxWorkers: 3,
      expect: { poll: { timeout: 20_000 } },
    },
  }),
);

/** The page in a browser, and beside it what a packet capture saw: `pnpm test:page`. */
export default { ...page, test: { ...page.test, include: ['test/page/*.page.ts'] } };
