// Downloads from a server that sends bad headers, a wrong number of bytes, or nothing.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadFile, type DownloadOptions, type TransferErrorCode } from '../../src/index.ts';
import {
  cannedServer,
  entries,
  eventually,
  fakeServer,
  header,
  temporaryFolder,
} from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';

const ask = { filename: 'a.txt' };

async function expectRefusal(
  answer: string | Uint8Array,
  code: TransferErrorCode,
  filename = 'a.txt',
): Promise<void> {
  const into = await temporaryFolder();
  const failure = { name: 'TransferError', code };
  const address = await cannedServer(answer);
  await expect(downloadFile({ address, filename, into })).rejects.toMatchObject(failure);
  expect(await entries(into)).toEqual([]);
  // The same by another kind of connection.
  const [near, far] = duplexPair();
  far.once('data', () => far.end(answer));
  const connect = (): Promise<typeof near> => Promise.resolve(near);
  await expect(downloadFile({ address, filename, into, connect })).rejects.toMatchObject(failure);
  expect(await entries(into)).toEqual([]);
}

describe('a server that answers with a bad header', () => {
  it.each([
    ['a size of -1', header('-1', 'a.txt')],
    ['a size of +5', header('+5', 'a.txt')],
    ['a size of " 5"', header(' 5', 'a.txt')],
    ['a size with a blank behind it', header('5 ', 'a.txt')],
    ['a size of 5e3', header('5e3', 'a.txt')],
    ['a size of 0x10', header('0x10', 'a.txt')],
    ['a size padded in the middle', header('5:5', 'a.txt')],
    ['eleven digits, the last in the place of the name', `12345678901${'a.txt'.padEnd(63, ':')}`],
    ['no digits', header('', 'a.txt')],
    ['a size of letters', header('five', 'a.txt')],
    [
      'a size in other digits',
      Buffer.concat([Buffer.from('٥٥٥٥٥'), Buffer.from('a.txt'.padEnd(64, ':'))]),
    ],
    ['a name with ../', header('5', '../a.txt')],
    ['an absolute name', header('5', '/etc/passwd')],
    ['a name with NUL', header('5', 'a.txt\u0000')],
    ['a name with ESC', header('5', '\u001b[2Ja.txt')],
    ['a name of colons only', header('5', '')],
    ['a Windows device for a name', header('5', 'CON')],
    ['another name than was asked for', header('5', 'b.txt')],
    ['a name that is no UTF-8', Buffer.concat([Buffer.from('5:::::::::'), Buffer.alloc(64, 0xff)])],
  ])('A header is refused with %s', async (_what, head) => {
    const bytes = Buffer.concat([Buffer.from(head), Buffer.from('12345')]);
    await expectRefusal(bytes, 'bad-answer');
  });
});

describe('a server that sends the wrong number of bytes', () => {
  it.each<[string, string, TransferErrorCode]>([
    ['nothing', '', 'no-file'],
    ['half a header', header('5', 'a.txt').slice(0, 40), 'incomplete'],
    ['a header alone', header('5', 'a.txt'), 'incomplete'],
    ['too little', `${header('5', 'a.txt')}1234`, 'incomplete'],
  ])('An answer of a wrong length is an error: %s', async (_what, answer, code) => {
    await expectRefusal(answer, code);
  });

  it.each([
    ['5', '123456', '12345'],
    ['0', '1', ''],
  ])(
    'Of a file that grows, as many bytes are taken as the header of version 1 says: %s',
    async (size, sent, expected) => {
      const into = await temporaryFolder();
      const address = await cannedServer(header(size, 'a.txt') + sent);
      const got = await downloadFile({ address, filename: 'a.txt', into });
      expect(got).toMatchObject({ size: Number(size), grown: true });
      expect(await readFile(join(into, 'a.txt'), 'utf8')).toBe(expected);
    },
  );

  it('More bytes than the header says are noticed, also if they come late but before the file has its name', async () => {
    const into = await temporaryFolder();
    const [near, far] = duplexPair();
    const download = downloadFile({
      address: { host: '127.0.0.1', port: 1 },
      ...ask,
      into,
      connect: () => Promise.resolve(near),
      onEvent: ({ type }) => {
        if (type === 'received') far.write('surplus');
      },
    });
    far.write(`${header('5', 'a.txt')}12345`);
    expect(await download).toMatchObject({ size: 5, grown: true });
    expect(await entries(into)).toEqual(['a.txt']);
  });

  it('A size of ten nines with few bytes is an error, and uses no space on the disk', async () => {
    await expectRefusal(`${header('9999999999', 'a.txt')}12345`, 'incomplete');
  });
});

/** A download in virtual time. `served` is the server's side of the connection. */
async function timed(
  options: Partial<DownloadOptions> = {},
): Promise<{ clock: ManualClock; socket: Socket; failed: Promise<unknown>; into: string }> {
  const into = await temporaryFolder();
  const clock = new ManualClock();
  let socket: Socket | undefined;
  const address = await fakeServer((given) => (socket = given));
  const failed = downloadFile({ address, ...ask, into, clock, ...options }).catch(
    (error: unknown) => error,
  );
  return { clock, socket: await eventually(() => socket), failed, into };
}

describe('a server that wastes time', () => {
  it('A server that never answers is left after 30 s', async () => {
    const { clock, socket, failed, into } = await timed();
    await once(socket, 'data');
    clock.advance(30_000);
    expect(await failed).toMatchObject({ code: 'too-slow', message: 'nothing moved for 30 s' });
    expect(await entries(into)).toEqual([]);
  });

  it('A server that stops in the middle of its header is left', async () => {
    const { clock, socket, failed } = await timed();
    socket.write(header('5', 'a.txt').slice(0, 20));
    await once(socket, 'data');
    clock.advance(60_000);
    expect(await failed).toMatchObject({ code: 'too-slow' });
  });

  it('A server that sends a byte a second is left after 30 s', async () => {
    let received = 0;
    const { clock, socket, failed, into } = await timed({
      onProgress: (progress) => (received = progress.received),
    });
    socket.write(header('1000', 'a.txt'));
    for (let second = 1; second <= 30; second += 1) {
      socket.write('x');
      await eventually(() => (received === second ? true : undefined));
      clock.advance(1000);
    }
    expect(await failed).toMatchObject({
      code: 'too-slow',
      message: 'less than 1.0 kB per second moved',
    });
    expect(await entries(into)).toEqual([]);
  });

  it('A server that never accepts the connection is left', async () => {
    const clock = new ManualClock();
    const into = await temporaryFolder();
    const download = downloadFile({
      address: { host: '127.0.0.1', port: 1 },
      ...ask,
      into,
      clock,
      connect: (_address, signal) => {
        queueMicrotask(() => {
          clock.advance(30_000);
        });
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      },
    });
    await expect(download).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('A server that never closes is not waited for', async () => {
    const { socket, failed, into } = await timed();
    socket.write(`${header('2', 'a.txt')}hi`);
    expect(await failed).toMatchObject({ size: 2 });
    expect(await readFile(join(into, 'a.txt'), 'utf8')).toBe('hi');
  });

  it('A reset in the middle is an error, and nothing is left', async () => {
    let progress = 0;
    const { socket, failed, into } = await timed({
      onProgress: ({ received }) => (progress = received),
    });
    socket.write(`${header('1000000', 'a.txt')}12345`);
    await eventually(() => (progress > 0 ? true : undefined));
    socket.resetAndDestroy();
    expect(await failed).toMatchObject({ code: 'incomplete' });
    expect(await entries(into)).toEqual([]);
  });

  it('A server that sends its header and data in single bytes is understood', async () => {
    const { socket, failed } = await timed();
    for (const byte of `${header('5', 'a.txt')}hello`) socket.write(byte);
    expect(await failed).toMatchObject({ size: 5 });
  });
});

describe.skipIf(process.platform === 'win32')('a folder in which something lies in wait', () => {
  it.each<[string, (path: string) => unknown]>([
    ['a link out of the folder', (path) => symlink('/etc/passwd', path)],
    ['a link to nothing', (path) => symlink('/nowhere/at/all', path)],
    ['a FIFO', (path) => execFileSync('mkfifo', [path])],
    ['a folder', (path) => mkdir(path)],
    ['a link to a device', (path) => symlink('/dev/zero', path)],
  ])('Under the name of the file, %s stays, and the file gets a number', async (_what, make) => {
    const into = await temporaryFolder();
    await make(join(into, 'a.txt'));
    const address = await cannedServer(`${header('5', 'a.txt')}hello`);
    const { path } = await downloadFile({ address, ...ask, into });
    expect(path).toBe(join(into, 'a (1).txt'));
    expect(await readFile(path, 'utf8')).toBe('hello');
    expect(await entries(into)).toEqual(['a (1).txt', 'a.txt']);
  });

  it('Nothing is written through a link in the place of the hidden folder', async () => {
    const [into, outside] = [await temporaryFolder(), await temporaryFolder()];
    await symlink(outside, join(into, '.peerlane'));
    const address = await cannedServer(`${header('5', 'a.txt')}hello`);
    await downloadFile({ address, ...ask, into });
    expect(await readdir(outside)).toEqual([]);
    expect(await entries(into)).toEqual(['.peerlane', 'a.txt']);
  });

  it('A file of the same name and size but other content stays beside the download', async () => {
    const into = await temporaryFolder();
    await writeFile(join(into, 'a.txt'), 'olleh');
    const address = await cannedServer(`${header('5', 'a.txt')}hello`);
    await downloadFile({ address, ...ask, into });
    expect(await entries(into)).toEqual(['a (1).txt', 'a.txt']);
  });
});
