// The targets of `p2p get -o`, in folders where other users may move entries.
import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdir, open, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { openOutput, sinkAt } from '../../src/delivery/sink.ts';
import { it } from '../support/lab.ts';

describe.skipIf(process.platform !== 'linux')('A pipe that is written into', () => {
  it('The pipe is the one that was checked, though a link took the place of its folder', async ({
    lab,
  }) => {
    const folder = await lab.folder();
    const [path, away] = [join(folder, 'here', 'pipe'), join(folder, 'away', 'pipe')];
    for (const name of ['here', 'theirs']) {
      await mkdir(join(folder, name));
      execFileSync('mkfifo', [join(folder, name, 'pipe')]);
    }
    await using sink = await sinkAt(path);
    await rename(join(folder, 'here'), join(folder, 'away'));
    await symlink(join(folder, 'theirs'), join(folder, 'here'));
    await using reader = await open(away, constants.O_RDONLY | constants.O_NONBLOCK);
    {
      await using opened = openOutput(sink!, new AbortController().signal);
      await opened.output.passUnverified(Buffer.from('hello'));
    }
    expect(await reader.readFile('utf8')).toBe('hello');
  });
});
