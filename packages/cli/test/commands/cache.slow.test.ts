// Where a node keeps the digests of what it shares.
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { inTime, it } from '../support/lab.ts';

describe.skipIf(process.platform === 'win32')('the digests of shared files', () => {
  it('A node keeps digests in the cache folder of its user, and nothing in the shared folder', async ({
    lab,
  }) => {
    const [shared, home, cwd] = [await lab.folder(), await lab.folder(), await lab.folder()];
    await writeFile(join(shared, 'a.txt'), 'hello');
    const { address } = await lab.start(shared, { env: { XDG_CACHE_HOME: home } });
    // A file that was written less than two seconds ago may still change unseen: nothing is kept.
    await inTime(async () => {
      const args = ['get', 'a.txt', '--peer', address, '--force'];
      expect(await lab.run({ args, cwd, env: { P2P_PORT: '0' } }).exit).toBe(0);
      expect(await readdir(join(home, 'peerlane', 'digests'))).toHaveLength(1);
    });
    expect(await readdir(shared)).toEqual(['a.txt']);
  });

  it('A node of a user without a home says once that digests are kept in memory, and shares', async ({
    lab,
  }) => {
    const [shared, cwd] = [await lab.folder(), await lab.folder()];
    await writeFile(join(shared, 'a.txt'), 'hello');
    const { node, address } = await lab.start(shared, { env: { XDG_CACHE_HOME: '', HOME: '' } });
    expect(
      `${node.stdout}${node.stderr}`.match(/digests of shared files are kept in memory/g),
    ).toHaveLength(1);
    const args = ['get', 'a.txt', '--peer', address];
    expect(await lab.run({ args, cwd, env: { P2P_PORT: '0' } }).exit).toBe(0);
  });
});
