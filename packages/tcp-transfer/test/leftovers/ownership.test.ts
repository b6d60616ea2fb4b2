// The owners of hidden folders and of existing files.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DownloadFolder } from '../../src/storage/download-folder.ts';
import { HeldFolder } from '../../src/paths/held-folder.ts';
import { mayChange } from '../../src/leftovers/ownership.ts';
import { cannedServer, entries, header, temporaryFolder } from '../support/helpers.ts';
import { attacker, noOthers, victim } from '../support/neighbours.ts';
import { PeerProcess } from '../support/peer-process.ts';

const noBindfs =
  noOthers ||
  (spawnSync('bindfs', ['--version']).error !== undefined &&
    'disks that keep no owners are made with bindfs, which is not here');

describe('a folder that is received into', () => {
  it('A hidden folder of the owner of the download folder is not used by another user', async ({
    skip,
  }) => {
    skip(noOthers !== false, `${noOthers}`);
    const path = await temporaryFolder();
    await mkdir(join(path, '.peerlane'), { mode: 0o700 });
    for (const each of [path, join(path, '.peerlane')]) await chown(each, attacker, attacker);
    const folder = await DownloadFolder.open(path);
    const unfinished = await folder.createUnfinished();
    expect(unfinished.hidden.path).toBe(join(path, '.peerlane-0'));
    await unfinished.handle.close();
    await folder.removeUnfinished(unfinished);
    await folder.release();
    expect(await entries(path)).toEqual(['.peerlane']);
  });

  it('A hidden folder on a disk without owners is used', async ({ skip }) => {
    skip(noBindfs !== false, `${noBindfs}`);
    const [kept, into] = [await temporaryFolder(), await temporaryFolder()];
    const shown = 'allow_other,force-user=root,force-group=root,perms=0777,chmod-ignore';
    execFileSync('bindfs', ['-o', shown, kept, into]);
    onTestFinished(() => void execFileSync('umount', [into]));
    const address = await cannedServer(`${header('5', 'a')}hello`);
    const task = { role: 'download', address, filename: 'a', into } as const;
    const client = new PeerProcess({ ...task, user: victim });
    await client.message('ready');
    expect(await client.download()).toMatchObject({ type: 'done', created: true });
    expect(await client.download()).toMatchObject({ type: 'done', created: false });
    expect(await entries(into)).toEqual(['a']);
  });
});

describe('a file that already exists', () => {
  it.each([
    [0o1777, attacker, true],
    [0o1777, 0, false],
    [0o1777, 'self', false],
    [0o777, attacker, false],
    [0o775, attacker, false],
    [0o755, attacker, true],
  ] as const)(
    'In a folder of mode %o, of user %s, a file may be changed by a user who may not replace it: %s',
    async (mode, user, expected) => {
      const path = await temporaryFolder();
      await chmod(path, mode);
      await using folder = await HeldFolder.open(path);
      const self = process.geteuid?.();
      const uid = user === 'self' ? (self ?? 0) : user;
      expect(mayChange({ uid }, folder)).toBe(self === undefined ? false : expected);
      await writeFile(join(path, 'ours'), '');
      expect(mayChange(await stat(join(path, 'ours')), folder)).toBe(false);
    },
  );
});
