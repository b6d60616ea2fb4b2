// `p2p clean`, and what `p2p status` says of unfinished downloads.
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { events, holder, run } from '../support/guests.ts';
import { it } from '../support/lab.ts';

/** The name of an unfinished file that a process of this machine has left, which is long dead. */
const left = `4194304000-000000000000-000000000000-${'0'.repeat(16)}-${'0'.repeat(16)}.part`;

/** Leaves an unfinished download in a folder. */
async function leaveIn(folder: string): Promise<void> {
  await mkdir(join(folder, '.peerlane'), { mode: 0o700 });
  const path = join(folder, '.peerlane', left);
  await writeFile(path, Buffer.alloc(100_000, 'x'));
  const yesterday = Date.now() / 1000 - 24 * 3600;
  await utimes(path, yesterday, yesterday);
}

describe('what downloads have left', () => {
  it('`p2p clean --dry-run` lists what is left with its size, and `p2p clean` removes it', async ({
    lab,
  }) => {
    const folder = await lab.folder();
    await leaveIn(folder);
    const dry = await run(lab, folder, 'clean', '--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.stdout).toMatch(
      /^1 unfinished download \(10\d kB\) in .*:\n {3}10\d kB {2}last written/,
    );
    expect(await readdir(folder)).toEqual(['.peerlane']);
    const json = await run(lab, folder, 'clean', '-n', '--json');
    expect(events(json)).toMatchObject([{ event: 'unfinished', folder }]);
    const done = await run(lab, '/', 'clean', folder);
    expect(done.stdout).toMatch(/^Removed 1 unfinished download \(10\d kB\) from /);
    expect(await readdir(folder)).toEqual([]);
    const again = await run(lab, folder, 'clean');
    expect(again.stdout).toBe(`No unfinished download is left in ${folder}.\n`);
    const wrong = await run(lab, folder, 'clean', 'missing');
    expect([wrong.code, wrong.stderr]).toEqual([2, 'p2p: there is no folder "missing"\n']);
  });

  it('`p2p status` and the status of a session say what is left, and by which command it goes', async ({
    lab,
  }) => {
    const address = await holder(lab, { 'a.txt': 'a' });
    const folder = await lab.folder();
    await leaveIn(folder);
    const status = await run(lab, folder, 'status', '--peer', address);
    expect(status.stdout).toMatch(
      /\nLeft here: 1 unfinished download \(10\d kB\), which get goes on with; to remove: p2p clean\n$/,
    );
    const json = await run(lab, folder, 'status', '--peer', address, '--json');
    expect(events(json)).toMatchObject([{ event: 'status', unfinished: 1 }]);
    const session = await lab.start(folder);
    session.node.type('status');
    await session.node.says(`to remove: p2p clean ${folder}\n`);
  });
});
