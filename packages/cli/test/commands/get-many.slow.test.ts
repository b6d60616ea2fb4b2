// `p2p get` of several files, in real processes.
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, vi } from 'vitest';
import { createNode } from '../../src/node/index.ts';
import { events, holder, run } from '../support/guests.ts';
import { it } from '../support/lab.ts';
import { addressOf } from '../support/nodes.ts';
import { signals } from '../support/program.ts';

const names = Array.from({ length: 30 }, (_, each) => `${each}.txt`);

describe.concurrent('p2p get of several files', () => {
  it('`p2p get` reports many files in the order of their names, and fails as the first that failed', async ({
    lab,
  }) => {
    const peer = await holder(lab, Object.fromEntries(names.map((name) => [name, `of ${name}`])));
    const cwd = await lab.folder();
    const wanted = [...names.slice(0, 3), 'missing', ...names.slice(3), names[0]!];
    const got = await run(lab, cwd, 'get', ...wanted, '--peer', peer, '--json');
    expect(got.code).toBe(3);
    const results = events(got).filter(({ event }) => event === 'received' || event === 'error');
    expect(results.map((result) => 'filename' in result && result.filename)).toEqual(wanted);
    // A name that was given twice is not saved twice.
    expect((await readdir(cwd)).sort()).toEqual(names.toSorted());
  });

  it('`p2p get` fetches files while it still looks for many before them', async ({ lab, skip }) => {
    skip(signals.missing, signals.reason);
    const peer = await holder(lab, { 'a.txt': 'a', 'b.txt': 'b' });
    // A node of version 1 does not say that it lacks a file: the search goes on.
    const older = await lab.start(await lab.folder(), { env: { P2P_PROTOCOL: '1' } });
    const cwd = await lab.folder();
    // More than are downloaded at once.
    const missing = Array.from({ length: 40 }, (_, each) => `missing ${each}`);
    const args = ['get', ...missing, 'a.txt', 'b.txt', '--peer', `${peer},${older.address}`];
    const got = lab.run({ args: [...args, '--json'], cwd, env: { P2P_PORT: '0' } });
    await vi.waitFor(
      async () => {
        expect((await readdir(cwd)).sort()).toEqual(['a.txt', 'b.txt']);
      },
      { timeout: 90_000 },
    );
    got.signal('SIGINT');
    expect(await got.exit).toBe(130);
    const results = events(got).filter(({ event }) => event === 'received' || event === 'error');
    expect(results).toMatchObject([
      ...missing.map((filename) => ({ event: 'error', code: 'interrupted', filename })),
      { event: 'received', filename: 'a.txt' },
      { event: 'received', filename: 'b.txt' },
    ]);
  });

  it('`p2p get` of many names uses one connection, and ends at once with the last', async ({
    lab,
  }) => {
    const folder = await lab.folder();
    for (const name of names) await writeFile(join(folder, name), `of ${name}`);
    await using node = createNode({ folder, port: 0, discovery: false });
    await node.start();
    const clients = new Set<string>();
    const sent: string[] = [];
    node.on('sent', ({ client, filename }) => {
      clients.add(client);
      sent.push(filename);
    });
    const cwd = await lab.folder();
    const got = await run(
      lab,
      cwd,
      'get',
      ...names,
      '--peer',
      addressOf(node),
      '--limit-rate',
      '9m',
    );
    expect(got.code).toBe(0);
    expect(got.stdout.trim().split('\n')).toHaveLength(names.length);
    // The process has ended, and so has its connection.
    await expect.poll(() => sent.toSorted()).toEqual(names.toSorted());
    expect(clients.size).toBe(1);
  });

  it('A holder of version 1 is asked for all names at once', async ({ lab }) => {
    const folder = await lab.folder();
    const few = names.slice(0, 12);
    for (const name of few) await writeFile(join(folder, name), `of ${name}`);
    const older = await lab.start(folder, { env: { P2P_PROTOCOL: '1' } });
    const cwd = await lab.folder();
    const got = await run(lab, cwd, 'get', ...few, '--peer', older.address, '--json');
    expect(got.code).toBe(0);
    expect((await readdir(cwd)).sort()).toEqual(few.toSorted());
    const received = events(got).filter(({ event }) => event === 'received');
    expect(received).toMatchObject(few.map((filename) => ({ filename, verified: false })));
  });
});
