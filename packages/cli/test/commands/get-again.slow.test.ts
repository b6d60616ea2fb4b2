// `p2p get` where a file of that name already exists, in real processes.
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { events, holder, run } from '../support/guests.ts';
import { it } from '../support/lab.ts';
import { signals } from '../support/program.ts';

/** Of a file that is fetched at 1 MB/s, every tenth of a second would be reported. */
const size = 2_000_000;

describe.concurrent('p2p get of a file that already exists', () => {
  it('`p2p get` fetches nothing of a file that is there already, with -o FILE --force either', async ({
    lab,
  }) => {
    const content = randomBytes(size);
    const peer = await holder(lab, { 'a.bin': content });
    const cwd = await lab.folder();
    await writeFile(join(cwd, 'a.bin'), content);
    for (const options of [[], ['-o', 'a.bin', '--force'], ['--force']]) {
      const args = ['get', 'a.bin', '--peer', peer, '--limit-rate', '1M', ...options];
      const json = await run(lab, cwd, ...args, '--json');
      expect(events(json)).toEqual([
        expect.objectContaining({ event: 'received', created: false, size }),
      ]);
      const again = await run(lab, cwd, ...args);
      expect([again.code, again.stdout]).toEqual([0, 'You already have "a.bin".\n']);
    }
    expect((await readFile(join(cwd, 'a.bin'))).equals(content)).toBe(true);
  });

  it('`p2p get --skip-existing --json` says that it left a file alone', async ({ lab }) => {
    const peer = await holder(lab, { 'a.txt': 'theirs' });
    const cwd = await lab.folder();
    await writeFile(join(cwd, 'a.txt'), 'mine');
    for (const options of [[], ['-o', 'a.txt']]) {
      const args = ['get', 'a.txt', '--peer', peer, '--skip-existing', '--json', ...options];
      const left = { event: 'received', created: false, leftAlone: true, size: 4 };
      expect(events(await run(lab, cwd, ...args))).toEqual([expect.objectContaining(left)]);
    }
  });

  it('`p2p get` says after a signal how to go on, if something has come', async ({ lab, skip }) => {
    skip(signals.missing, signals.reason);
    const peer = await holder(lab, { 'a.bin': randomBytes(size) });
    const cwd = await lab.folder();
    const args = ['get', 'a.bin', '--peer', peer, '--limit-rate', '300k', '--json'];
    const got = lab.run({ args, cwd, env: { P2P_PORT: '0' } });
    await got.says('"progress"');
    got.signal('SIGINT');
    expect(await got.exit).toBe(130);
    expect(got.stderr).toBe('Interrupted. Run the same command again to resume.\n');
    const again = await run(lab, cwd, 'get', 'a.bin', '--peer', peer);
    expect([again.code, again.stdout]).toEqual([0, 'Received "a.bin" (2.0 MB).\n']);
  });

  it('The progress of a download that goes on begins where the checked part ends', async ({
    lab,
    skip,
  }) => {
    skip(signals.missing, signals.reason);
    const peer = await holder(lab, { 'a.bin': randomBytes(4 * size) });
    const cwd = await lab.folder();
    const args = ['get', 'a.bin', '--peer', peer, '--limit-rate', '2M', '--json'];
    const got = lab.run({ args, cwd, env: { P2P_PORT: '0' } });
    await got.says(/"received":[4-7]\d{6},/);
    got.signal('SIGINT');
    expect(await got.exit).toBe(130);
    const progress = events(await run(lab, cwd, ...args)).flatMap((event) =>
      event.event === 'progress' ? [event.received] : [],
    );
    // At most the pieces that were on their way come again.
    expect(progress[0]).toBeGreaterThan(size);
    expect(progress.at(-1)).toBe(4 * size);
  });
});
