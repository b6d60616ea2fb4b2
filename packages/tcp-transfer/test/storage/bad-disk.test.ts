// Downloads to disks that are full, read-only, or refuse to sync.
import { execFileSync } from 'node:child_process';
import { chmod, readdir, writeFile, type FileHandle } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadFile } from '../../src/index.ts';
import { isFolderSyncFailure, syncFile } from '../../src/paths/sync-folder.ts';
import { onDisk } from '../../src/storage/disk-error.ts';
import { cannedServer, entries, fakeServer, header, temporaryFolder } from '../support/helpers.ts';
import { PeerProcess } from '../support/peer-process.ts';
import { isRoot, maySmallDisk, smallDisk } from '../support/small-disk.ts';

const megabyte = 1024 * 1024;
const quota = constants.errno.EDQUOT;

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}

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

describe('a folder that cannot be synced', () => {
  it.each<[NodeJS.Platform, NodeJS.ErrnoException, boolean]>([
    ['win32', failure('EIO'), false],
    ['linux', failure('EINVAL'), false],
    ['darwin', failure('ENOTSUP'), false],
    ['linux', failure('ESTRANGE'), false],
    ['linux', failure('EIO'), true],
    ['linux', failure('ENOSPC'), true],
  ])('On %s, the error %s of syncing a folder is a failure of the disk: %s', (...given) => {
    const [platform, error, expected] = given;
    expect(isFolderSyncFailure(platform, error)).toBe(expected);
  });

  it('A file on a disk that has no sync is whole all the same, and one that was lost is not', async () => {
    const handle = (code: string): Pick<FileHandle, 'datasync'> => ({
      datasync: () => Promise.reject(failure(code)),
    });
    await syncFile(handle('EINVAL'));
    await expect(syncFile(handle('ESTALE'))).rejects.toThrow('ESTALE');
  });
});

describe('a quota that is used up', () => {
  it('A quota that is used up is a lack of space, and told in words', async () => {
    // As Node says it, which has no name for this error.
    const text = `Unknown system error -${quota}: Unknown system error -${quota}, write`;
    const error = Object.assign(new Error(text), {
      code: `Unknown system error -${quota}`,
      errno: -quota,
    });
    await expect(onDisk('/home', undefined, Promise.reject(error))).rejects.toMatchObject({
      code: 'no-space',
      message:
        'could not write to /home: EDQUOT: you may not use more of this disk, its quota is used up, write',
    });
  });
});
