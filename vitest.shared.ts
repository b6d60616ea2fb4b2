import { defineConfig, mergeConfig, type ViteUserConfig } from 'vitest/config';

/** The limit that ends a test that hangs, in milliseconds: a busy machine never reaches it. */
const hangs = 300_000;

/** How every package is tested: against the sources of its neighbours, so that nothing is built first. */
export const shared: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions: ['@peerlane/source', 'module', 'node', 'import', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: hangs,
    hookTimeout: hangs,
    expect: { poll: { timeout: hangs / 5 } },
    // A file finds loaded, and compiled, what the one before it used: half of the work.
    isolate: false,
    maxWorkers: '100%',
    // Each of these tests runs several processes.
    maxConcurrency: 3,
    // One test alone says nothing about the others.
    allowOnly: false,
  },
});

/** The tests of a package that flood, or move gigabytes: `test/*.heavy.ts`, one after the other. */
export function heavy(config: ViteUserConfig): ViteUserConfig {
  const own = mergeConfig(config, { test: { testTimeout: 3 * hangs, maxWorkers: 1 } });
  return { ...own, test: { ...own.test, include: ['test/**/*.heavy.ts'] } };
}
