// The demo as a program: what it shows, and how it ends.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Run } from './run.ts';

const windows = process.platform === 'win32';
const noSignals = 'on Windows a signal from another process ends this one at once';

/** Waits until a port is free. */
async function free(port: number): Promise<void> {
  for (;;) {
    const socket = createSocket('udp4');
    try {
      socket.bind(port, '127.0.0.1');
      await once(socket, 'listening');
      return;
    } catch {
      // The node is still running.
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      socket.close();
    }
  }
}

it('The demo starts three nodes, transfers a file between two, compares it, and ends by itself', async () => {
  await using run = await Run.start();
  expect(await run.exit).toBe(0);
  expect(await run.stderr).toBe('');
  const stdout = await run.stdout;
  expect(stdout).toMatch(
    /> list\n.*\n?Cluster members:\n {2}1\. 127\.0\.0\.1:\d+\n {2}2\. 127\.0\.0\.1:\d+\n/,
  );
  expect(stdout).toContain('> get hello-from-node2.txt\n');
  expect(stdout).toContain('Received file completely!\n');
  expect(stdout).toContain('is the same, byte for byte');
  const [got, shared] = ['node1', 'node2'].map((node) =>
    readFile(join(run.home, node, 'hello-from-node2.txt')),
  );
  expect(await got).toEqual(await shared);
});

it('The demo ignores P2P_* variables', async () => {
  await using run = await Run.start({ P2P_TCP_PORT: 'nonsense', P2P_NONSENSE: '1' });
  await run.says('node1 shares');
  await run.says('At node1:');
  run.signal('SIGKILL');
  await Promise.all(run.ports.map(free));
  expect(await run.stderr).toBe('');
});

it('The demo says why a node could not start', async () => {
  await using run = await Run.start();
  await rm(join(run.home, 'node1'), { recursive: true });
  expect(await run.exit).toBe(1);
  expect(await run.stderr).toMatch(/^node1: Cannot share .*\.\n$/);
  await Promise.all(run.ports.map(free));
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const) {
  it(`The demo leaves no node behind on ${signal}`, async ({ skip }) => {
    skip(windows && signal !== 'SIGKILL', noSignals);
    await using run = await Run.start({}, true);
    await run.says('byte for byte');
    run.signal(signal);
    expect(await run.exit).toBe(signal === 'SIGKILL' ? null : 0);
    expect(run.ports).toHaveLength(3);
    await Promise.all(run.ports.map(free));
  });
}

it('The demo leaves no node behind on a broken pipe, or on a signal before the comparison', async ({
  skip,
}) => {
  for (const end of ['a broken pipe', 'SIGTERM'] as const) {
    skip(windows && end === 'SIGTERM', noSignals);
    await using run = await Run.start();
    await run.says('node3 shares');
    if (end === 'a broken pipe') run.breakPipe();
    else run.signal(end);
    expect(await run.exit).toBe(1);
    expect(run.ports.length).toBeGreaterThan(0);
    await Promise.all(run.ports.map(free));
  }
});
