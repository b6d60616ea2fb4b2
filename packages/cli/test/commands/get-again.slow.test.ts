// `p2p get` where a file of that name is there already, in real processes.
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { events, holder, run } from '../support/guests.ts';
import { it } from '../support/lab.ts';

/** Of a file that is fetched at 1 MB/s, every tenth of a second would be reported. */
const size = 2_000_000;

describe.concurrent('p2p get of a file that is there already', () => {
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
});
