// Clients that keep their places without reading much: by tiny requests, or by requests that wait.
import { duplexPair } from 'node:stream';
import { expect, it } from 'vitest';
import { ManualClock } from '../support/manual-clock.ts';
import { scene } from './hostile-scene.ts';

const one = { want: 'data', filename: 'big.bin', offset: 0, length: 1 };
const manyTurns = { want: 'catalog' };

it.each([
  ['ask for one byte ten times a second', { request: one, every: 100, requestRate: 1000 }],
  ['have requests wait for their turn', { request: manyTurns, every: 1, requestRate: 1 }],
])('Clients that %s lose a place within 6 s to one that waits', async (_what, keepers) => {
  const clock = new ManualClock();
  const { requestRate } = keepers;
  const limits = { maxConnections: 4, maxConnectionsPerAddress: 2, requestRate };
  const { server } = await scene({ clock, ...limits });
  let gone = 0;
  server.on('crowdedOut', () => (gone += 1));
  const open = (host: string): ReturnType<typeof duplexPair>[0] => {
    const [near, far] = duplexPair();
    near.on('error', () => undefined);
    server.accept(far, { host, port: 1 });
    return near.resume();
  };
  const line = `${JSON.stringify({ v: 2, ...keepers.request })}\n`;
  for (const host of ['192.0.2.1', '192.0.2.1', '192.0.2.2', '192.0.2.2']) {
    const keeper = open(host);
    const ask = (): void => {
      if (keeper.destroyed) return;
      keeper.write(line);
      clock.schedule(ask, keepers.every);
    };
    ask();
  }
  const client = open('192.0.2.9');
  let answer = '';
  client.on('data', (bytes: Buffer) => (answer += bytes.toString()));
  client.write('Get,a.txt\n');
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.advance(50);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await pass(4500);
  // As long as no speed is known, nobody goes.
  expect(gone).toBe(0);
  await pass(1500);
  expect(gone).toBe(1);
  await expect.poll(() => answer).toContain('hello');
});
