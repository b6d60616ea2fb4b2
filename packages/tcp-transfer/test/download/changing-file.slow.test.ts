// Files that change while they are downloaded from a node that follows the protocol.
import { randomBytes } from 'node:crypto';
import { linkSync, renameSync, writeFileSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeTransferAnswer, encodeTransferRequest, pieceLengthFor } from '@peerlane/protocol';
import { systemClock, type Clock } from '../../src/clock.ts';
import { sha256 } from '../../src/hashing/sha256.ts';
import { downloadFile, openLibrary, startFileServer, TransferError } from '../../src/index.ts';
import { withRoot } from '../../src/manifests/known-manifest.ts';
import { ManifestCache } from '../../src/manifests/manifest-cache.ts';
import type { ServedFiles } from '../../src/sharing/served-files.ts';
import { temporaryFolder } from '../support/helpers.ts';
import {
  download,
  expectFile,
  fakePeer,
  LaterSources,
  Losses,
  piece,
  sharing,
  sourcesOf,
} from '../support/peers.ts';

/** A clock by which no pause of up to a second takes any time. */
const hasty: Clock = {
  now: () => systemClock.now(),
  schedule: (work, delay) => systemClock.schedule(work, delay > 1000 ? delay : 0),
};

/** A source list with one peer that does not end, as while others may still offer the file. */
function oneOf(address: Parameters<LaterSources['add']>[0]): LaterSources {
  const sources = new LaterSources();
  sources.add(address);
  return sources;
}

describe('a file that is replaced while it is downloaded', () => {
  const size = 16 * 1024 * 1024;
  const [before, after] = [randomBytes(size), randomBytes(size)];

  it.each([
    ['of the same size', after],
    ['of another size', after.subarray(0, size - 1)],
  ])('The download goes on with the new file %s, in a moment', async (_what, next) => {
    const { address, path } = await sharing({ file: before });
    const into = await temporaryFolder();
    await download({ sources: sourcesOf(address), into: await temporaryFolder() });
    let isReplaced = false;
    const onProgress = (): void => {
      if (isReplaced) return;
      isReplaced = true;
      writeFileSync(join(path, '.new'), next);
      renameSync(join(path, '.new'), join(path, 'file'));
    };
    // No other source will come, and none is waited for.
    const { created } = await download({ sources: oneOf(address), into, onProgress, clock: hasty });
    expect(created).toBe(true);
    expect(isReplaced).toBe(true);
    // Nothing is left of the old one, which nobody has any more.
    await expectFile(into, next);
  });
});

describe('digests that are wrong although the file seems unchanged', () => {
  const content = randomBytes(3 * piece + 100);

  it('A source whose digests are wrong makes them anew, also on its disk, and is used', async () => {
    const { address, path } = await sharing({ file: content });
    // As after a write through memory that the disk has not seen: another content, the same times.
    const pieceLength = pieceLengthFor(content.length)!;
    const digests: Uint8Array[] = [];
    for (let at = 0; at < content.length; at += pieceLength)
      digests.push(await sha256(content.subarray(at, at + pieceLength)));
    digests[2] = await sha256(randomBytes(1));
    const manifest = { size: content.length, pieceLength, digests: Buffer.concat(digests) };
    const identity = await stat(join(path, 'file'), { bigint: true });
    const cacheFolder = join(path, '.cache');
    const cache = new ManifestCache(cacheFolder);
    cache.keep(identity, await withRoot(manifest));
    await cache.written();
    const into = await temporaryFolder();
    const losses = new Losses();
    const { onLost } = losses;
    await download({ sources: oneOf(address), into, onLost, clock: hasty });
    expect(losses.all).toEqual([[address.port, 'wrong-content']]);
    const right = await new ManifestCache(cacheFolder).load(identity);
    expect(right?.manifest.digests.subarray(64, 96)).not.toEqual(digests[2]);
    await download({ sources: oneOf(address), into: await temporaryFolder(), onLost });
    expect(losses.all).toHaveLength(1);
  });

  it('A source that sends a wrong piece and the same digests once more is of no use', async () => {
    const asked: (number | undefined)[] = [];
    const manifest = await withRoot({ size: 5, pieceLength: piece, digests: new Uint8Array(32) });
    const address = await fakePeer(({ want, piece: doubted }, socket) => {
      if (want === 'manifest') {
        asked.push(doubted);
        const line = { length: 32, size: 5, pieceLength: piece, root: manifest.root };
        socket.write(Buffer.concat([encodeTransferAnswer(line), new Uint8Array(32)]));
      } else {
        socket.write(encodeTransferAnswer({ length: 5, size: 5, offset: 0 }));
        socket.write('hello');
      }
    });
    const losses = new Losses();
    await expect(
      download({ sources: sourcesOf(address), onLost: losses.onLost, clock: hasty }),
    ).rejects.toMatchObject({ code: 'wrong-content' });
    expect(asked).toEqual([undefined, 0]);
    expect(losses.all).toEqual([[address.port, 'wrong-content']]);
  });
});

describe('a file that never rests', () => {
  /** A server whose only file is written to all the time. */
  async function restless(): Promise<ReturnType<typeof startFileServer>> {
    const files: ServedFiles = {
      openFile: () => Promise.reject(new TransferError('changed', 'the file is being written to')),
      statusOf: () => Promise.resolve(undefined),
      namesAfter: () => Promise.resolve([]),
    };
    const server = await startFileServer({ library: { files } });
    onTestFinished(() => server.close());
    return server;
  }

  it('A client of version 2 is told that the file changes, on a connection that stays', async () => {
    const { address } = await restless();
    const socket = createConnection(address);
    const request = { version: 2, want: 'manifest', filename: 'log' } as const;
    socket.write(encodeTransferRequest(request));
    await once(socket, 'readable');
    socket.end();
    expect(JSON.parse(await text(socket))).toMatchObject({ error: { code: 'changed' } });
  });

  it('A download of it ends after a few attempts, and says that the file changes too fast', async () => {
    const server = await restless();
    let asked = 0;
    server.on('asked', () => (asked += 1));
    const sources = sourcesOf(server.address);
    const said: string[] = [];
    const onLost = (_source: unknown, error: Error): void => void said.push(error.message);
    await expect(download({ sources, onLost, clock: hasty })).rejects.toMatchObject({
      code: 'changed',
      message: 'the file changes faster than it can be read',
    });
    expect(asked).toBe(6);
    // At the first change and when it is given up, which may be long before the last source has come.
    expect(said).toEqual([
      'the peer has other content under that name',
      'the file changes faster than it can be read',
    ]);
  });
});

describe('a file that a backup links to while it is sent', () => {
  const content = randomBytes(16 * 1024 * 1024);

  it.each<[string, (path: string) => string | string[]]>([
    ['a shared folder', (path) => path],
    ['a single shared file', (path) => [join(path, 'file')]],
  ])('A new hard link breaks no transfer from %s', async (_kind, shared) => {
    const path = await temporaryFolder();
    await writeFile(join(path, 'file'), content);
    await using library = await openLibrary(shared(path));
    await using server = await startFileServer({ library });
    const warnings: Error[] = [];
    server.on('warning', (error) => warnings.push(error));
    const { address } = server;
    let links = 0;
    const onProgress = (): void => linkSync(join(path, 'file'), join(path, `.backup-${links++}`));
    const [one, other] = [await temporaryFolder(), await temporaryFolder()];
    await download({ sources: sourcesOf(address), into: one, onProgress });
    await downloadFile({ address, filename: 'file', into: other, onProgress });
    for (const into of [one, other]) await expectFile(into, content);
    expect(warnings).toEqual([]);
    expect(links).toBeGreaterThan(2);
  });
});

describe('a file that is written whole under another name', () => {
  it('A download that begins after the rename is of the new file', async () => {
    const { address, path } = await sharing({ file: randomBytes(1000) });
    const next = randomBytes(1000);
    await download({ sources: sourcesOf(address), into: await temporaryFolder() });
    await writeFile(join(path, '.new'), next);
    renameSync(join(path, '.new'), join(path, 'file'));
    const into = await temporaryFolder();
    await download({ sources: sourcesOf(address), into });
    await expectFile(into, next);
  });
});
