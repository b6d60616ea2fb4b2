import { expect, it } from 'vitest';
import { serveUntilStopped } from '../../src/commands/serving.ts';

it('a node that serves gives no hint any more once it is told to stop', async () => {
  const stop = new AbortController();
  const done: string[] = [];
  const node = {
    close: () => {
      done.push('close');
      return Promise.resolve();
    },
  };
  const stopped = serveUntilStopped(node, { signal: stop.signal }, () => done.push('no hint'));
  expect(done).toEqual([]);
  stop.abort();
  await stopped;
  expect(done).toEqual(['no hint', 'close']);
});
