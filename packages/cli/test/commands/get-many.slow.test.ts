// `p2p get` of several files, in real processes.
import { readdir } from 'node:fs/promises';
import { describe, expect, vi } from 'vitest';
import { events, holder, run } from '../support/guests.ts';
import { it } from '../support/lab.ts';
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

  it('`p2p get` fetches files while it still looks for the one before them', async ({
    lab,
    skip,
  }) => {
    skip(signals.missing, signals.reason);
    const peer = await holder(lab, { 'a.txt': 'a', 'b.txt': 'b' });
    // A node of version 1 does not say that it lacks a file: the search goes on.
    const older = await lab.start(await lab.folder(), { env: { P2P_PROTOCOL: '1' } });
    const cwd = await lab.folder();
    const args = ['get', 'missing', 'a.txt', 'b.txt', '--peer', `${peer},${older.address}`];
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
      { event: 'error', code: 'interrupted', filename: 'missing' },
      { event: 'received', filename: 'a.txt' },
      { event: 'received', filename: 'b.txt' },
    ]);
  });
});
