// The end of a node that serves.
import { expect, it } from 'vitest';
import { serveUntilStopped } from '../../src/commands/serving.ts';

it('The hint of a node that serves is cancelled before the node is closed', async () => {
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
