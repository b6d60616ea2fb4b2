// Downloads of version 1, from one peer.
import { execFileSync } from 'node:child_process';
import { unlinkSync } from 'node:fs';
import { lstat, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadFile } from '../../src/index.ts';
import { HeldFolder } from '../../src/paths/held-folder.ts';
import { numberedName, placeFile } from '../../src/storage/place-file.ts';
import { cannedServer, entries, fakeServer, header, temporaryFolder } from '../support/helpers.ts';

describe('a download', () => {
  it('A download does not wait for the peer to close once the last byte has arrived', async () => {
    const into = await temporaryFolder();
    const address = await fakeServer((socket) => socket.write(`${header('2', 'a.txt')}hi`));
    await downloadFile({ address, filename: 'a.txt', into });
    expect(await readFile(join(into, 'a.txt'), 'utf8')).toBe('hi');
  });

  it('A download sends its request in one write', async () => {
    const into = await temporaryFolder();
    const requests: string[] = [];
    const address = await fakeServer((socket) =>
      socket.on('data', (bytes) => {
        requests.push(bytes.toString());
        socket.end(header('0', 'a.txt'));
      }),
    );
    await downloadFile({ address, filename: 'a.txt', into });
    expect(requests).toEqual(['Get,a.txt\n']);
  });

  it('A download fails if no peer listens', async () => {
    const into = await temporaryFolder();
    const address = { host: '127.0.0.1', port: 1 };
    await expect(downloadFile({ address, filename: 'a', into })).rejects.toMatchObject({
      code: 'unreachable',
    });
  });

  it('A download fails if it cannot write', async () => {
    const address = await cannedServer(`${header('1', 'a')}x`);
    const into = join(await temporaryFolder(), 'no');
    await expect(downloadFile({ address, filename: 'a', into })).rejects.toMatchObject({
      code: 'disk',
    });
  });

  it('An aborted download ends with the reason of its signal and leaves nothing behind', async () => {
    const into = await temporaryFolder();
    const control = new AbortController();
    const reason = new Error('enough');
    const address = await fakeServer((socket) => socket.write(`${header('9', 'a.txt')}123`));
    const download = downloadFile({
      address,
      filename: 'a.txt',
      into,
      signal: control.signal,
      onProgress: () => {
        control.abort(reason);
      },
    });
    await expect(download).rejects.toBe(reason);
    expect(await entries(into)).toEqual([]);
    await expect(
      downloadFile({ address, filename: 'a', into, signal: control.signal }),
    ).rejects.toBe(reason);
  });

  it.each(['../a.txt', '/etc/passwd', '..', 'a\u0000b', 'nul'])(
    'A download does not begin for the name %j',
    async (filename) => {
      const into = await temporaryFolder();
      const address = { host: '127.0.0.1', port: 1 };
      await expect(downloadFile({ address, filename, into })).rejects.toMatchObject({
        code: 'bad-filename',
      });
    },
  );

  it('A download never overwrites: other content gets a number, the same content is kept', async () => {
    const into = await temporaryFolder();
    await writeFile(join(into, 'a.txt'), 'mine');
    const address = await cannedServer(`${header('5', 'a.txt')}yours`);
    const first = await downloadFile({ address, filename: 'a.txt', into });
    const second = await downloadFile({ address, filename: 'a.txt', into });
    expect(first).toMatchObject({ path: join(into, 'a (1).txt'), created: true });
    expect(second).toMatchObject({ path: join(into, 'a (1).txt'), created: false });
    expect(await readFile(join(into, 'a.txt'), 'utf8')).toBe('mine');
    expect(await entries(into)).toEqual(['a (1).txt', 'a.txt']);
  });

  it('A download can be saved under another name, of up to 255 bytes', async () => {
    const into = await temporaryFolder();
    const address = await cannedServer(`${header('5', 'a.txt')}yours`);
    for (const saveAs of ['b', 'é'.repeat(127) + 'x']) {
      const { path } = await downloadFile({ address, filename: 'a.txt', into, saveAs });
      expect(path).toBe(join(into, saveAs));
      expect(await readFile(path, 'utf8')).toBe('yours');
    }
    expect(await entries(into)).toHaveLength(2);
  });

  it.each(['', '.', '..', '../b', '/b', 'b/'])('A download is not saved as %j', async (saveAs) => {
    const into = await temporaryFolder();
    const address = { host: '127.0.0.1', port: 1 };
    const refused = downloadFile({ address, filename: 'a', into, saveAs });
    await expect(refused).rejects.toMatchObject({ code: 'bad-filename' });
  });

  it('A download fails if its name is in use and no other is wanted, even by the same content', async () => {
    const into = await temporaryFolder();
    await writeFile(join(into, 'a.txt'), 'yours');
    const address = await cannedServer(`${header('5', 'a.txt')}yours`);
    const refused = downloadFile({ address, filename: 'a.txt', into, existing: 'refuse' });
    await expect(refused).rejects.toMatchObject({
      code: 'exists',
      message: `${join(into, 'a.txt')} already exists`,
    });
    expect(await entries(into)).toEqual(['a.txt']);
  });

  it.skipIf(process.platform === 'win32')(
    'A download replaces a link itself, and neither a pipe nor a folder',
    async () => {
      const [into, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
      await writeFile(join(elsewhere, 'precious'), 'mine');
      await symlink(join(elsewhere, 'precious'), join(into, 'link'));
      execFileSync('mkfifo', [join(into, 'pipe')]);
      await mkdir(join(into, 'folder'));
      const get = async (filename: string): Promise<unknown> => {
        const address = await cannedServer(`${header('5', filename)}yours`);
        return downloadFile({ address, filename, into, existing: 'replace' });
      };
      await get('link');
      expect((await lstat(join(into, 'link'))).isFile()).toBe(true);
      expect(await readFile(join(elsewhere, 'precious'), 'utf8')).toBe('mine');
      for (const name of ['pipe', 'folder'])
        await expect(get(name)).rejects.toMatchObject({ code: 'exists' });
      expect((await lstat(join(into, 'pipe'))).isFIFO()).toBe(true);
      expect(await entries(into)).toEqual(['folder', 'link', 'pipe']);
    },
  );

  it('A download gets a number if a folder has its name', async () => {
    const into = await temporaryFolder();
    await mkdir(join(into, 'a'));
    const address = await cannedServer(`${header('1', 'a')}x`);
    expect(await downloadFile({ address, filename: 'a', into })).toMatchObject({
      path: join(into, 'a (1)'),
    });
  });
});

describe('a finished file', () => {
  it('A finished file gets a name that becomes free while it is compared', async () => {
    const into = await temporaryFolder();
    await writeFile(join(into, 'hidden'), 'new');
    await writeFile(join(into, 'a.txt'), 'old');
    let looks = 0;
    // It is asked before each attempt to give a name and while contents are compared.
    const signal = { throwIfAborted: () => (looks += 1) === 2 && unlinkSync(join(into, 'a.txt')) };
    await using folder = await HeldFolder.open(into);
    const saved = await placeFile(join(into, 'hidden'), folder, {
      name: 'a.txt',
      signal: signal as unknown as AbortSignal,
    });
    expect(saved).toEqual({ name: 'a.txt', created: true });
  });
});

describe('numbered names', () => {
  it.each([
    ['report.pdf', 1, 'report (1).pdf'],
    ['README', 2, 'README (2)'],
    [`${'é'.repeat(125)}.txt`, 1, `${'é'.repeat(123)} (1).txt`],
    [`a.${'x'.repeat(253)}`, 1, `a (1).${'x'.repeat(127)}`],
    [`${'a'.repeat(100)}.${'x'.repeat(150)}`, 12, `${'a'.repeat(100)} (12).${'x'.repeat(127)}`],
  ])('The name for %s, number %i, is %s', (name, number, expected) => {
    expect(numberedName(name, number)).toBe(expected);
    expect(Buffer.byteLength(numberedName(name, number))).toBeLessThanOrEqual(255);
  });
});
