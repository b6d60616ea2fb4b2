// Unfinished files: their names, and when they are cleared.
import { execFileSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DownloadFolder } from '../../src/storage/download-folder.ts';
import { clearUnfinished } from '../../src/index.ts';
import {
  livenessFromStat,
  livenessOf,
  machineDigest,
  ownIdentity,
} from '../../src/leftovers/process-identity.ts';
import {
  fits,
  isAbandoned,
  keyInName,
  ownerOf,
  unfinishedName,
} from '../../src/leftovers/unfinished-name.ts';
import { entries, temporaryFolder } from '../support/helpers.ts';

const self = { pid: 10, start: 'aaaaaaaa', machine: 'cccccccc' };
const hour = 60 * 60 * 1000;

describe('an unfinished file', () => {
  it('The name of an unfinished file says which process writes it', () => {
    expect(ownerOf(unfinishedName(self))).toEqual(self);
    for (const name of ['', 'part', 'report.part', '1-2-3-4.part', `${unfinishedName(self)}x`])
      expect(ownerOf(name)).toBeUndefined();
  });

  it.each([
    ['ours', self, 'dead', 9 * hour, false],
    ['of our number before us, as in a container', { ...self, start: 'b' }, 'dead', 0, true],
    ['of a process that is dead', { ...self, pid: 11 }, 'dead', 0, true],
    ['of a living process', { ...self, pid: 11, start: 'd' }, { start: 'd' }, 9 * hour, false],
    ['of a number that another process has now', { ...self, pid: 11 }, { start: 'd' }, 0, true],
    [
      'of a process that runs, it is not known since when',
      { ...self, pid: 11 },
      'running',
      1,
      false,
    ],
    ['of such a one, not written to for long', { ...self, pid: 11 }, 'running', hour, true],
    ['of another machine', { ...self, machine: 'x' }, 'dead', hour - 1, false],
    ['of another machine, not written to for long', { ...self, machine: 'x' }, 'dead', hour, true],
  ] as const)('%s', (_what, owner, liveness, untouched, expected) => {
    expect(isAbandoned(owner, self, untouched, () => liveness)).toBe(expected);
  });

  it.skipIf(process.platform !== 'linux')(
    'A process of another container is of another machine',
    () => {
      const numbering = readlinkSync('/proc/self/ns/pid');
      expect(ownIdentity().machine).toBe(machineDigest(numbering));
      expect(ownIdentity().machine).not.toBe(machineDigest('pid:[1]'));
    },
  );

  it('A Mac is recognised under any hostname, and distinguished from another of the same hostname', () => {
    const mac = (hostname: string, installed: string): string =>
      machineDigest('', { hostname, installed });
    expect(mac('air.local', '2 1690000000123456789')).toBe(mac('air.lan', '2 1690000000123456789'));
    expect(mac('air.local', '2 1690000000123456789')).not.toBe(
      mac('air.local', '2 1690000000123450000'),
    );
  });

  it('Machines of which nothing else is known are distinguished by their hostnames', () => {
    expect(machineDigest('', { hostname: 'a' })).not.toBe(machineDigest('', { hostname: 'b' }));
    expect(machineDigest('', { hostname: 'a', id: '1' })).not.toBe(
      machineDigest('', { hostname: 'a', id: '2' }),
    );
  });

  it('Files of dead processes are cleared; files of running processes and other files stay', async () => {
    const folder = await temporaryFolder();
    const hidden = join(folder, '.peerlane');
    await mkdir(hidden, { mode: 0o700 });
    const own = ownIdentity();
    const parent = livenessOf(process.ppid);
    const dead = unfinishedName({ ...own, start: '00000000' });
    const kept = [
      unfinishedName(own),
      unfinishedName({ ...own, machine: '00000000' }),
      unfinishedName({
        ...own,
        pid: process.ppid,
        start: typeof parent === 'object' ? parent.start : own.start,
      }),
      'notes.part',
    ];
    for (const name of [dead, ...kept]) await writeFile(join(hidden, name), 'x');
    expect(await clearUnfinished(folder)).toBe(1);
    expect(await entries(hidden)).toEqual(kept.toSorted());
    await utimes(join(hidden, kept[1]!), 0, 0);
    expect(await clearUnfinished(folder)).toBe(1);
    expect(await readdir(hidden)).toHaveLength(3);
  });

  it('An unfinished file with a key is kept for 30 days', async () => {
    const folder = await temporaryFolder();
    const hidden = join(folder, '.peerlane');
    await mkdir(hidden, { mode: 0o700 });
    const key = { name: '0'.repeat(16), root: '0'.repeat(64) };
    const left = join(hidden, unfinishedName({ ...ownIdentity(), start: '00000000' }, key));
    await writeFile(left, 'x');
    const day = 24 * 60 * 60;
    const now = Date.now() / 1000;
    await utimes(left, now, now - 29 * day);
    expect(await clearUnfinished(folder)).toBe(0);
    await utimes(left, now, now - 31 * day);
    expect(await clearUnfinished(folder)).toBe(1);
  });

  it('An unfinished file is cleared with its folder if that is empty then', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, '.peerlane'), { mode: 0o700 });
    const dead = unfinishedName({ ...ownIdentity(), start: '00000000' });
    await writeFile(join(folder, '.peerlane', dead), 'x');
    expect(await clearUnfinished(folder)).toBe(1);
    expect(await entries(folder)).toEqual([]);
    expect(await clearUnfinished(folder)).toBe(0);
  });

  it.skipIf(process.platform === 'win32')(
    'An unfinished file is never created through a link',
    async () => {
      const [folder, outside] = [await temporaryFolder(), await temporaryFolder()];
      const places = ['.peerlane', `.peerlane-${process.geteuid!()}`];
      await symlink(outside, join(folder, places[0]!));
      const target = await DownloadFolder.open(folder);
      const { handle, hidden } = await target.createUnfinished();
      expect(hidden.path).toBe(join(folder, places[1]!));
      await handle.close();
      await target.release();
      execFileSync('rm', ['-r', join(folder, places[1]!)]);
      await symlink(outside, join(folder, places[1]!));
      const other = await DownloadFolder.open(folder);
      const [one, two] = places.map((place) => join(folder, place));
      await expect(other.createUnfinished()).rejects.toMatchObject({
        code: 'disk',
        message: `${one} and ${two} cannot be used, because others may write there: remove what is there, or download into another folder`,
      });
      await other.release();
      expect(await entries(outside)).toEqual([]);
    },
  );

  it.skipIf(process.platform === 'win32')(
    'An unfinished file is never removed through a link',
    async () => {
      const [folder, outside] = [await temporaryFolder(), await temporaryFolder()];
      await symlink(outside, join(folder, '.peerlane'));
      const dead = unfinishedName({ ...ownIdentity(), start: '00000000' });
      await writeFile(join(outside, dead), 'x');
      expect(await clearUnfinished(folder)).toBe(0);
      expect(await entries(outside)).toEqual([dead]);
    },
  );
});

describe('a name of an unfinished file', () => {
  const key = { name: '0'.repeat(16), root: 'a'.repeat(64) };

  it('The name of an unfinished file has at most 64 bytes', () => {
    const name = unfinishedName({ ...ownIdentity(), pid: 4_194_304_999 }, key);
    expect(Buffer.byteLength(name)).toBe(64);
  });

  it('The name of an unfinished file contains its key, and enough of a root to find it', () => {
    const left = keyInName(unfinishedName(self, key));
    expect(left).toEqual({ name: '0'.repeat(12), root: 'a'.repeat(10) });
    expect(keyInName(unfinishedName(self, { name: key.name }))?.root).toBeUndefined();
    expect(keyInName(unfinishedName(self))).toBeUndefined();
    expect(fits(left, key)).toBe(true);
    expect(fits({ name: 'x', root: 'a'.repeat(16) }, key)).toBe(true);
    expect(fits({ ...key, root: 'b'.repeat(16) }, key)).toBe(false);
    expect(fits({ name: key.name }, key)).toBe(true);
  });

  it('What an earlier version left under a longer name is recognised, and gone on with', () => {
    const earlier = `10-aaaaaaaa0000-cccccccc0000-${'1'.repeat(16)}-${key.name}-${'a'.repeat(16)}.part`;
    expect(ownerOf(earlier)).toEqual(self);
    expect(fits(keyInName(earlier), key)).toBe(true);
  });
});

describe('a folder that several downloads go into', () => {
  it('Downloads into one folder share it, and the last one removes its hidden folder', async () => {
    const path = await temporaryFolder();
    const [one, other] = [await DownloadFolder.open(path), await DownloadFolder.open(`${path}/.`)];
    expect(other).toBe(one);
    const files = await Promise.all([one.createUnfinished(), other.createUnfinished()]);
    for (const file of files) await file.handle.close();
    await one.removeUnfinished(files[0]);
    await one.release();
    expect(await entries(join(path, '.peerlane'))).toHaveLength(1);
    await other.removeUnfinished(files[1]);
    await other.release();
    expect(await entries(path)).toEqual([]);
    const next = await DownloadFolder.open(path);
    expect(next).not.toBe(one);
    await next.release();
  });

  it('A hidden folder that another process has removed is made again', async () => {
    const path = await temporaryFolder();
    const target = await DownloadFolder.open(path);
    const first = await target.createUnfinished();
    await first.handle.close();
    await rm(join(path, '.peerlane'), { recursive: true });
    const second = await target.createUnfinished();
    await second.handle.close();
    await target.removeUnfinished(second);
    await target.release();
    expect(await entries(path)).toEqual([]);
  });

  it('A folder is synced once for all that wait, and again for those that come meanwhile', async () => {
    const target = await DownloadFolder.open(await temporaryFolder());
    const [first, second] = [target.sync(), target.sync()];
    expect(second).toBe(first);
    await first;
    const third = target.sync();
    expect(third).not.toBe(first);
    await third;
    await target.release();
  });
});

describe('what Linux tells about a process', () => {
  const stat = (state: string, start: string): string =>
    `12 (a (strange) name) ${state} 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 ${start} 20 21`;

  it('The start of a process is known on Linux, and differs after a restart of the machine', () => {
    const first = livenessFromStat(stat('S', '777'), 'boot');
    expect(first).toEqual(livenessFromStat(stat('R', '777'), 'boot'));
    expect(first).not.toEqual(livenessFromStat(stat('S', '778'), 'boot'));
    expect(first).not.toEqual(livenessFromStat(stat('S', '777'), 'other'));
  });

  it('A zombie process on Linux counts as dead', () => {
    expect(livenessFromStat(stat('Z', '777'), 'boot')).toBe('dead');
  });
});
