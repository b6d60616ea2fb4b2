import { mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

export default mergeConfig(shared, {
  test: {
    globalSetup: './test/bundle.ts',
    // The tests run real processes, and a peer without priority waits ten seconds.
    testTimeout: 60_000,
  },
});
