// Downloads to disks that are full, read-only or have no links.
import { execFileSync } from 'node:child_process';
import { chmod, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadFile } from '../../src/index.ts';
import { linkOrRename, isLinkUnsupported } from '../../src/storage/place-file.ts';
import { isFolderSyncUnsupported } from '../../src/paths/sync-folder.ts';
import { cannedServer, entries, fakeServer, header, temporaryFolder } from '../support/helpers.ts';
import { PeerProcess } from '../support/peer-process.ts';
import { isRoot, maySmallDisk, smallDisk } from '../support/small-disk.ts';

const megabyte = 1024 * 1024;

describe('a full disk', () => {
  it('A full disk is noticed before a byte is written', async ({ skip }) => {
    skip(!maySmallDisk, 'needs the right to mount a small disk');
    const into = await smallDisk('size=4m');
    const address = await fakeServer((socket) => socket.write(header('9999999999', 'a')));
    await expect(downloadFile({ address, filename: 'a', into })).rejects.toMatchObject({
      code: 'no-space',
    });
    expect(await entries(into)).toEqual([]);
  });

  it('A disk that fills up during a download is an error, and its space is freed again', async ({
    skip,
  }) => {
    skip(!maySmallDisk, 'needs the right to mount a small disk');
    const into = await smallDisk('size=4m');
    const address = await fakeServer((socket) => socket.write(header(`${3 * megabyte}`, 'a')));
    const other = await fakeServer((socket) => {
      socket.write(header(`${3 * megabyte}`, 'b'));
      socket.write(Buffer.alloc(3 * megabyte));
    });
    let go: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (go = resolve));
    const control = new AbortController();
    const first = downloadFile({
      address,
      filename: 'a',
      into,
      signal: control.signal,
      onEvent: ({ type }) => {
        if (type === 'started') go();
      },
    }).catch(() => undefined);
    await started;
    await writeFile(join(into, 'c'), Buffer.alloc(megabyte / 2));
    const second = downloadFile({
      address: other,
      filename: 'b',
      into,
      onEvent: ({ type }) => {
        if (type === 'started') execFileSync('fallocate', ['-l', '2m', join(into, 'd')]);
      },
    });
    await expect(second).rejects.toMatchObject({ code: 'no-space' });
    control.abort();
    await first;
    expect(await entries(into)).toEqual(['c', 'd']);
  });
});

describe('a read-only target', () => {
  it('A download to a read-only disk is an error', async ({ skip }) => {
    skip(!maySmallDisk, 'needs the right to mount a small disk');
    const into = await smallDisk('size=4m,ro');
    const address = await cannedServer(`${header('5', 'a')}hello`);
    await expect(downloadFile({ address, filename: 'a', into })).rejects.toMatchObject({
      code: 'disk',
    });
  });

  it('A download into the read-only folder of another user is an error', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows has no such folders');
    const into = await temporaryFolder();
    const address = await cannedServer(`${header('5', 'a')}hello`);
    // Root may write everywhere, but can become somebody who may not.
    const task = { role: 'download', address, filename: 'a', into } as const;
    await chmod(into, 0o555);
    const client = new PeerProcess(isRoot ? { ...task, user: 65_534 } : task);
    await client.message('ready');
    client.go();
    expect(await client.message('failed')).toMatchObject({
      code: 'disk',
      message: expect.stringContaining('EACCES') as string,
    });
    expect(await readdir(into)).toEqual([]);
  });
});

describe('a disk that knows no links', () => {
  it.each<[NodeJS.Platform, string, boolean]>([
    ['linux', 'EPERM', true],
    ['linux', 'EOPNOTSUPP', true],
    ['darwin', 'ENOTSUP', true],
    ['win32', 'EISDIR', true],
    ['linux', 'EISDIR', false],
    ['win32', 'EEXIST', false],
    ['linux', 'ENOSPC', false],
    ['linux', 'EIO', false],
  ])('On %s, the code %s means that a disk has no links: %s', (platform, code, expected) => {
    expect(isLinkUnsupported(platform, code)).toBe(expected);
  });

  it('On a disk without links a file gets its name, and replaces no other', async () => {
    const folder = await temporaryFolder();
    const noLinks = (): Promise<void> =>
      Promise.reject(Object.assign(new Error('no links here'), { code: 'ENOTSUP' }));
    await writeFile(join(folder, 'part'), 'new');
    await writeFile(join(folder, 'old'), 'old!');
    expect(await linkOrRename(join(folder, 'part'), join(folder, 'old'), noLinks)).toBe(false);
    expect(await linkOrRename(join(folder, 'part'), join(folder, 'new'), noLinks)).toBe(true);
    expect(await entries(folder)).toEqual(['new', 'old']);
    expect((await stat(join(folder, 'new'))).size).toBe(3);
    expect((await stat(join(folder, 'old'))).size).toBe(4);
    // What could not be renamed leaves no empty file under its name.
    await expect(linkOrRename(join(folder, 'no'), join(folder, 'x'), noLinks)).rejects.toThrow();
    expect(await entries(folder)).toEqual(['new', 'old']);
  });
});

describe('a folder that cannot be synced', () => {
  it.each<[NodeJS.Platform, string, boolean]>([
    ['win32', 'EPERM', true],
    ['win32', 'EISDIR', true],
    ['linux', 'EINVAL', true],
    ['darwin', 'ENOTSUP', true],
    ['linux', 'EIO', false],
    ['linux', 'ENOSPC', false],
  ])('On %s, the code %s means that folders cannot be synced: %s', (platform, code, expected) => {
    expect(isFolderSyncUnsupported(platform, code)).toBe(expected);
  });
});
