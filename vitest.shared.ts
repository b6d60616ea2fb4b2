import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** How every package is tested: against the sources of its neighbours, so that nothing is built first. */
export const shared: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions: ['@peerlane/source', 'module', 'node', 'import', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    // Ends what hangs; a machine with other work to do is not a fault.
    testTimeout: 60_000,
  },
});
