// The events and the end of a node that serves.
import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { expect, it, onTestFinished, vi } from 'vitest';
import { reportServing, serveUntilStopped } from '../../src/serving/serving.ts';
import { jsonEventSchema } from '../../src/index.ts';
import type { NodeEvents } from '../../src/node/node-options.ts';
import type { Io } from '../../src/output/io.ts';
import { Report } from '../../src/output/report.ts';

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

it('A node that serves prints at most so many events of each kind in a second, whatever strangers do', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const node = new EventEmitter<NodeEvents>();
  let printed = '';
  const stdout = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      printed += chunk;
      done();
    },
  });
  const io = { stdout, stderr: stdout, signal: new AbortController().signal } as unknown as Io;
  reportServing(node, new Report({ options: { json: true } }, io));
  const filename = '\u0001'.repeat(16_000);
  for (let second = 0; second < 10; second += 1) {
    for (let i = 0; i < 1000; i += 1) {
      node.emit('request', { peer: '127.0.0.9:1', filename });
      node.emit('peer', `127.0.0.9:${i + 1}`);
      node.emit('warning', `warning ${i}`);
    }
    vi.advanceTimersByTime(1000);
  }
  const events = printed
    .split('\n')
    .slice(0, -1)
    .map((line) => jsonEventSchema.parse(JSON.parse(line)));
  const count = (kind: string): number => events.filter(({ event }) => event === kind).length;
  expect([count('request'), count('peer'), count('warning')]).toEqual([200, 1000, 200]);
  expect(events.filter(({ event }) => event === 'omitted').slice(0, 3)).toEqual([
    { event: 'omitted', of: 'request', count: 980 },
    { event: 'omitted', of: 'peer', count: 900 },
    { event: 'omitted', of: 'warning', count: 980 },
  ]);
  // The same without a bound would be 970 megabytes.
  expect(printed.length).toBeLessThan(1_000_000);
});
