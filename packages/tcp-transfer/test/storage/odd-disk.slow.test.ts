// Downloads to file systems that lack what others have: moving between folders, long or free names.
import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { downloadFile } from '../../src/index.ts';
import { HeldFolder } from '../../src/paths/held-folder.ts';
import { DownloadFolder } from '../../src/storage/download-folder.ts';
import { hiddenFolder } from '../../src/leftovers/hidden-folder.ts';
import { verifyNameOnDisk } from '../../src/storage/target-name.ts';
import { bundleProgram } from '../support/bundle.ts';
import { cannedServer, entries, header, temporaryFolder } from '../support/helpers.ts';
import { loopDisk, type LoopKind } from '../support/loop-disk.ts';
import { download, sharing, sourcesOf } from '../support/peers.ts';
import { hasSandbox, sandboxed } from '../support/sandbox.ts';
import { maySmallDisk } from '../support/small-disk.ts';

/** A folder from whose hidden folder the system moves and links nothing, though it is on the same disk. */
function divide(into: string): Promise<void> {
  return Promise.all([
    mkdir(join(into, 'other'), { mode: 0o700 }),
    mkdir(join(into, hiddenFolder), { mode: 0o700 }),
  ]).then(() => {
    execFileSync('mount', ['--bind', join(into, 'other'), join(into, hiddenFolder)]);
    onTestFinished(() => void execFileSync('umount', [join(into, hiddenFolder)]));
  });
}

describe('a disk that moves no files between folders', () => {
  const there = ['.peerlane', 'file', 'other'];

  it('A download of version 2 gets its name, and a second one a number', async ({ skip }) => {
    skip(!maySmallDisk, 'needs the right to mount a folder');
    const into = await temporaryFolder();
    await divide(into);
    const content = randomBytes(3 * 1024 * 1024);
    const { address } = await sharing({ file: content });
    expect((await download({ sources: sourcesOf(address), into })).created).toBe(true);
    expect(await entries(into)).toEqual(there);
    expect(await entries(join(into, 'other'))).toEqual([]);
    await writeFile(join(into, 'file'), 'other content');
    await download({ sources: sourcesOf(address), into });
    expect(await entries(into)).toEqual(['.peerlane', 'file', 'file (1)', 'other']);
  });

  it('A download of version 1 gets its name, or replaces a file', async ({ skip }) => {
    skip(!maySmallDisk, 'needs the right to mount a folder');
    const into = await temporaryFolder();
    await divide(into);
    const address = await cannedServer(`${header('5', 'file')}hello`);
    await downloadFile({ address, filename: 'file', into });
    await writeFile(join(into, 'file'), 'other content');
    await downloadFile({ address, filename: 'file', into, existing: 'replace' });
    expect(await entries(into)).toEqual(there);
  });
});

describe('a sandbox that moves no files between folders', () => {
  it('Under Landlock downloads of both versions get their names', async ({ skip }) => {
    skip(!hasSandbox(), 'needs Landlock and python3');
    const content = randomBytes(3 * 1024 * 1024);
    const { address } = await sharing({ file: content });
    const into = await temporaryFolder();
    const program = join(await temporaryFolder(), 'download.mjs');
    await bundleProgram(new URL('../support/child-download.ts', import.meta.url), program);
    const moving = `require('node:fs').renameSync('${program}', '${join(into, 'moved')}')`;
    const move = promisify(execFile)('python3', sandboxed(process.execPath, '-e', moving));
    await expect(move).rejects.toThrow('EXDEV');
    const command = sandboxed(process.execPath, program, `${address.port}`, into);
    await promisify(execFile)('python3', command);
    expect(await entries(into)).toEqual(['one', 'other']);
    for (const name of ['one', 'other'])
      expect((await readFile(join(into, name))).equals(content)).toBe(true);
  });
});

describe.each<[LoopKind, boolean]>([
  ['ext4', true],
  ['vfat', false],
  ['exfat', false],
  ['ntfs', false],
])('a disk with %s', (kind, takesAll) => {
  it('Downloads get their names, go on where they were left, and overwrite nothing', async ({
    skip,
  }) => {
    const into = await loopDisk(kind);
    skip(into === undefined, `needs the right and the programs to mount ${kind}`);
    const content = randomBytes(3 * 1024 * 1024);
    const { address } = await sharing({ file: content });
    const control = new AbortController();
    const { signal } = control;
    const onProgress = (): void => {
      control.abort(new Error('enough'));
    };
    const broken = download({ sources: sourcesOf(address), into: into!, signal, onProgress });
    await expect(broken).rejects.toThrow('enough');
    for (const [name, created] of [
      ['file', true],
      ['file', false],
    ] as const) {
      const saved = await download({ sources: sourcesOf(address), into: into! });
      expect([saved.path, saved.created]).toEqual([join(into!, name), created]);
    }
    await writeFile(join(into!, 'file'), 'other content');
    const saved = await download({ sources: sourcesOf(address), into: into! });
    expect(saved.path).toBe(join(into!, 'file (1)'));
    expect((await readFile(saved.path)).equals(content)).toBe(true);
  });

  it('A name that the disk does not take is told before a peer is asked, and another helps', async ({
    skip,
  }) => {
    const into = await loopDisk(kind);
    skip(into === undefined, `needs the right and the programs to mount ${kind}`);
    const { address, server } = await sharing({ 'a:b?.txt': randomBytes(1000) });
    let asked = 0;
    server.on('asked', () => (asked += 1));
    const options = { filename: 'a:b?.txt', sources: sourcesOf(address), into: into! };
    const [named] = await Promise.allSettled([download(options)]);
    expect(named.status).toBe(takesAll ? 'fulfilled' : 'rejected');
    if (!takesAll) {
      expect(named).toMatchObject({ reason: { code: 'disk' } });
      expect(asked).toBe(0);
    }
    const other = { ...options, sources: sourcesOf(address), saveAs: 'other.txt' };
    expect((await download(other)).path).toBe(join(into!, 'other.txt'));
  });
});

describe('a disk that refuses names', () => {
  /** A folder whose disk takes no name with a colon, and none at all once it is `full`. */
  async function strict(): Promise<{ readonly folder: HeldFolder; full: boolean }> {
    const path = await temporaryFolder();
    await mkdir(join(path, hiddenFolder));
    const folder = await HeldFolder.open(join(path, hiddenFolder));
    onTestFinished(() => folder.close());
    const disk = { full: false, folder };
    const at = folder.at.bind(folder);
    folder.at = (name) => at(disk.full || name.includes(':') ? `missing/${name}` : name);
    return disk;
  }

  it('A name that the disk does not take is told before anything is received', async () => {
    const disk = await strict();
    await expect(verifyNameOnDisk(disk.folder, 'a:b?.txt')).rejects.toMatchObject({
      code: 'disk',
      message: expect.stringMatching(
        /^the disk of \S+ cannot hold a file of the name "a:b\?.txt": save it under another name$/,
      ) as string,
    });
    await verifyNameOnDisk(disk.folder, 'ab.txt');
    expect(await entries(disk.folder.path)).toEqual([]);
  });

  it('A disk that takes no file at all does not refuse the name', async () => {
    const disk = await strict();
    disk.full = true;
    await verifyNameOnDisk(disk.folder, 'a:b?.txt');
  });

  it('A name that the disk changes is told before anything is received', async () => {
    const { folder } = await strict();
    const at = folder.at.bind(folder);
    folder.at = (name) => at(name.replace(/\.$/, ''));
    await expect(verifyNameOnDisk(folder, 'setup.exe.')).rejects.toThrow('cannot hold a file');
    expect(await entries(folder.path)).toEqual([]);
  });

  it('No peer is asked for a file whose name the disk does not take', async () => {
    const into = await temporaryFolder();
    const folder = await DownloadFolder.open(into);
    onTestFinished(() => folder.release());
    folder.verifyName = () => Promise.reject(new Error('refused'));
    let asked = 0;
    const connect = (): never => {
      asked += 1;
      throw new Error('asked');
    };
    const address = { host: '127.0.0.1', port: 9 };
    const sources = sourcesOf(address);
    await expect(download({ sources, into, connect })).rejects.toThrow('refused');
    await expect(downloadFile({ address, filename: 'a', into, connect })).rejects.toThrow(
      'refused',
    );
    expect(asked).toBe(0);
  });
});
