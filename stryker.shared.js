import { basename } from 'node:path';
import process from 'node:process';

/**
 * How a package's tests are tested: every small change to its sources should make one fail. Run by
 * `pnpm mutate` in the package. The copy that is changed stands as deep below the root as the
 * package itself does, so that its relative paths hold.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export const shared = {
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  mutate: ['src/**/*.ts'],
  tempDirName: `../../.mutants-${basename(process.cwd())}`,
  // Stryker would move the paths in this file two folders up, as for a copy inside the package.
  tsconfigFile: 'none',
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, reportTests: false },
  concurrency: 2,
  thresholds: { high: 95, low: 90, break: 85 },
};
