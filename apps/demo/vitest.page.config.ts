// How the tests of the page run.
import { mergeConfig } from 'vitest/config';
import { shared } from '../../vitest.shared.ts';

const page = mergeConfig(shared, {
  test: {
    // The tests mostly wait, so they run concurrently.
    maxWorkers: 3,
    provide: { demo: new URL('dist/demo.js', import.meta.url).href },
  },
});

/** The page in a browser, and beside it what a packet capture saw: `pnpm test:page`. */
export default { ...page, test: { ...page.test, include: ['test/page/*.page.ts'] } };
