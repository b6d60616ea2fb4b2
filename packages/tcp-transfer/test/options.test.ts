// Options and addresses that make no sense, which are refused.
import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PeerAddress } from '@peerlane/protocol';
import {
  download,
  downloadFile,
  downloadVerified,
  fetchCatalog,
  SharedFolder,
  startFileServer,
  type FileServerOptions,
  type Source,
} from '../src/index.ts';
import { fakeServer, temporaryFolder } from './support/helpers.ts';

const address = { host: '127.0.0.1', port: 1 };

describe('options that make no sense', () => {
  it.each<[Partial<FileServerOptions>, string]>([
    [{ idleTimeout: 0 }, 'idleTimeout is 0: expected a number greater than 0'],
    [{ idleTimeout: -1 }, 'idleTimeout is -1: expected a number greater than 0'],
    [{ rateWindow: NaN }, 'rateWindow is NaN: expected a number greater than 0'],
    [{ minimumRate: -1 }, 'minimumRate is -1: expected a number of at least 0'],
    [{ requestTimeout: NaN }, 'requestTimeout is NaN: expected a number greater than 0'],
    [{ limitUpload: 0 }, 'limitUpload is 0: expected a number greater than 0'],
    [{ requestRate: 0 }, 'requestRate is 0: expected a number greater than 0'],
    [{ maxConnections: 0 }, 'maxConnections is 0: expected a whole number of at least 1'],
    [{ maxConnectionsPerAddress: 1.5 }, 'maxConnectionsPerAddress is 1.5: expected a whole'],
    [{ port: -1 }, 'port is -1: expected a whole number from 0 to 65535'],
    [{ maxWaiting: -1 }, 'maxWaiting is -1: expected a whole number of at least 0'],
  ])('A server refuses options that make no sense: %j', async (options, message) => {
    await using folder = await SharedFolder.open(await temporaryFolder());
    const starting = startFileServer({ library: { files: folder }, ...options });
    await expect(starting).rejects.toThrow(RangeError);
    await expect(starting).rejects.toThrow(message);
  });

  it('Downloads and shared folders refuse options that make no sense', async () => {
    const into = await temporaryFolder();
    await expect(downloadFile({ address, filename: 'a', into, idleTimeout: NaN })).rejects.toThrow(
      'idleTimeout is NaN: expected a number greater than 0',
    );
    await expect(SharedFolder.open(into, { rescanInterval: 0 })).rejects.toThrow(
      'rescanInterval is 0: expected a number greater than 0',
    );
  });

  it('A root that is none is refused before any source is asked', async () => {
    const into = await temporaryFolder();
    const asked: Source[] = [];
    const onLost = (source: Source): number => asked.push(source);
    const sources = [{ address, version: 2 as const }];
    for (const root of ['xyz', 'A'.repeat(64), '\u001b']) {
      for (const fetchFile of [download, downloadVerified]) {
        const failed = fetchFile({ sources, filename: 'a', into, root, onLost });
        await expect(failed).rejects.toThrow(RangeError);
        await expect(failed).rejects.toThrow('expected 64 lower-case hexadecimal digits');
      }
    }
    expect(asked).toEqual([]);
  });

  it('Infinite times and numbers are accepted', async () => {
    const path = await temporaryFolder();
    await using folder = await SharedFolder.open(path, { rescanInterval: Infinity });
    const options = { idleTimeout: Infinity, maxConnections: Infinity };
    await using server = await startFileServer({ library: { files: folder }, ...options });
    expect(server.address.port).toBeGreaterThan(0);
  });
});

describe('a malformed address', () => {
  const malformed = [
    { host: '127.0.0.1', port: 0 },
    { host: '127.0.0.1', port: 99_999 },
    { host: '127.0.0.1', port: 1.5 },
    { host: 'no host', port: 1 },
    { host: '', port: 1 },
    { port: 1 },
    '127.0.0.1:1',
    undefined,
    null,
  ] as PeerAddress[];

  it.each(malformed)('A malformed address is refused with one error: %j', async (address) => {
    const into = await temporaryFolder();
    const lost: unknown[] = [];
    const onLost = (_source: Source, error: Error): void => void lost.push(error);
    const error = { code: 'bad-address', message: expect.stringContaining('expected') as string };
    await expect(downloadFile({ address, filename: 'a', into })).rejects.toMatchObject(error);
    expect(() => fetchCatalog({ address })).toThrow(expect.objectContaining(error) as Error);
    const sources = [{ address }];
    const failing = downloadVerified({ sources, filename: 'a', into, onLost });
    await expect(failing).rejects.toMatchObject(error);
    expect(lost).toMatchObject([error]);
  });
});

it('A download into something that is not a folder fails before a peer is asked', async () => {
  const into = await temporaryFolder();
  let connections = 0;
  const peer = await fakeServer(() => (connections += 1));
  await writeFile(join(into, 'file'), '');
  for (const [name, message] of [
    ['none', 'none: ENOENT'],
    ['file', 'file: it is not a folder'],
  ] as const)
    await expect(
      downloadFile({ address: peer, filename: 'a', into: join(into, name) }),
    ).rejects.toMatchObject({ code: 'disk', message: expect.stringContaining(message) as string });
  expect(connections).toBe(0);
});

it('A shared folder knows the size of each file that it serves', async () => {
  const path = await temporaryFolder();
  await writeFile(join(path, 'a.txt'), 'hello');
  await using folder = await SharedFolder.open(path);
  expect(await folder.sizeOf('a.txt')).toBe(5);
  await truncate(join(path, 'a.txt'), 7);
  expect(await folder.sizeOf('sub/a.txt')).toBe(7);
  expect(await folder.sizeOf('b.txt')).toBeUndefined();
  await rm(join(path, 'a.txt'));
  expect(await folder.sizeOf('a.txt')).toBeUndefined();
});
