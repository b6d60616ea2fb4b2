// Verified downloads from many sources, some of them wrong or slow.
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeTransferAnswer, TransferRequestDecoder, type PeerAddress } from '@peerlane/protocol';
import { ManifestCache } from '../../src/manifests/manifest-cache.ts';
import { downloadVerified } from '../../src/download/download-verified.ts';
import type { VerifiedDownloadOptions } from '../../src/download/verified-options.ts';
import { SharedFolder, startFileServer, type FileServer } from '../../src/index.ts';
import { withRoot } from '../../src/manifests/known-manifest.ts';
import { ManifestStore } from '../../src/manifests/manifest-store.ts';
import { PeerConnection } from '../../src/requests/peer-connection.ts';
import { PieceHasher } from '../../src/hashing/piece-hasher.ts';
import type { Source } from '../../src/swarm/swarm-options.ts';
import type { Connect } from '../../src/connection/stream-reader.ts';
import { entries, fakeServer, temporaryFolder } from '../support/helpers.ts';

const piece = 256 * 1024;

/** A node that shares these files with clients of version 2. */
async function sharing(files: Readonly<Record<string, Buffer>>): Promise<FileServer> {
  const path = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  const folder = await SharedFolder.open(path, { watch: () => ({ close: () => undefined }) });
  const hasher = new PieceHasher();
  const manifests = new ManifestStore({ cache: new ManifestCache(join(path, '.cache')), hasher });
  const server = await startFileServer({ library: { files: folder, manifests } });
  onTestFinished(async () => {
    await server.close();
    await folder.close();
    await hasher.close();
  });
  return server;
}

function sourcesOf(...addresses: readonly PeerAddress[]): AsyncIterable<Source> {
  return Readable.from(addresses.map((address) => ({ address })));
}

/** Connects, and tells how many bytes come. */
function counting(onBytes: (bytes: number) => void): Connect {
  return async (address) => {
    const socket = createConnection(address);
    await once(socket, 'connect');
    return socket.on('data', (bytes: Buffer) => {
      onBytes(bytes.length);
    });
  };
}

type Options = Partial<VerifiedDownloadOptions> & Pick<VerifiedDownloadOptions, 'sources'>;

/** Downloads `file`, and gives what came of it. */
async function download(options: Options): ReturnType<typeof downloadVerified> {
  const hasher = new PieceHasher();
  onTestFinished(() => hasher.close());
  const into = options.into ?? (await temporaryFolder());
  return downloadVerified({ filename: 'file', hasher, ...options, into });
}

/** Answers requests of version 2 for a file as a server would, with what `lie` makes of its bytes. */
function liar(
  content: Buffer,
  lie: (bytes: Buffer, offset: number) => Buffer,
): Promise<PeerAddress> {
  return fakeServer((socket: Socket) => {
    const decoder = new TransferRequestDecoder();
    socket.on('data', (bytes) => {
      const request = decoder.push(bytes)?.request;
      if (request?.version !== 2) return;
      const { offset = 0, length = 0 } = request;
      const size = content.length;
      socket.write(encodeTransferAnswer({ length, filename: 'file', size, offset, mtime: 0 }));
      socket.write(lie(content.subarray(offset, offset + length), offset));
    });
  });
}

describe('a verified download', () => {
  it.each([0, 1, piece - 1, piece, piece + 1, 20 * piece + 7])(
    'A verified download has every byte of %d',
    async (size) => {
      const content = randomBytes(size);
      const { address } = await sharing({ file: content });
      const into = await temporaryFolder();
      const { path, root, created } = await download({ sources: sourcesOf(address), into });
      expect(created).toBe(true);
      expect(root).toMatch(/^[0-9a-f]{64}$/);
      expect((await readFile(path)).equals(content)).toBe(true);
      expect(await entries(into)).toEqual(['file']);
    },
  );

  it.each(['a, b.txt', ' blank ', 'a:b:', '😀', 'ü'.repeat(127)])(
    'A verified download may have the name %j',
    async (name) => {
      const { address } = await sharing({ [name]: Buffer.from('hello') });
      const { path } = await download({ sources: sourcesOf(address), filename: name });
      expect(await readFile(path, 'utf8')).toBe('hello');
    },
  );

  it('A verified download comes from many sources at once', async () => {
    const content = randomBytes(64 * piece + 5);
    const servers = await Promise.all([1, 2, 3].map(() => sharing({ file: content })));
    const served = new Set<FileServer>();
    for (const server of servers) server.on('sending', () => served.add(server));
    const sources = sourcesOf(...servers.map((one) => one.address));
    const { path } = await download({ sources, limitRate: 128 * piece });
    expect((await readFile(path)).equals(content)).toBe(true);
    expect(served.size).toBe(3);
  });

  it('A source that sends wrong bytes is reported, and the download goes on with others', async () => {
    const content = randomBytes(40 * piece);
    const honest = await sharing({ file: content });
    const wrong = await liar(content, (bytes) => {
      const copy = Buffer.from(bytes);
      copy[copy.length >> 1]! ^= 1;
      return copy;
    });
    const lost: [number, string][] = [];
    const { path } = await download({
      sources: sourcesOf(honest.address, wrong),
      limitRate: 128 * piece,
      onLost: ({ address }, error) => lost.push([address.port, (error as { code?: string }).code!]),
    });
    expect((await readFile(path)).equals(content)).toBe(true);
    expect(lost).toEqual([[wrong.port, 'wrong-content']]);
  });

  it('Nothing more is accepted from a source once one of its pieces is wrong', async () => {
    const content = randomBytes(40 * piece);
    const digests = Array.from({ length: 40 }, (_, each) =>
      createHash('sha256')
        .update(content.subarray(each * piece, (each + 1) * piece))
        .digest(),
    );
    const manifest = { size: content.length, pieceLength: piece, digests: Buffer.concat(digests) };
    const { root } = await withRoot(manifest);
    // It sends a wrong piece, and stands still in the middle of the next.
    const address = await fakeServer((socket: Socket) => {
      const decoder = new TransferRequestDecoder();
      socket.on('data', (bytes) => {
        const request = decoder.push(bytes)?.request;
        if (request?.version !== 2) return;
        const { size } = manifest;
        if (request.want === 'manifest') {
          const { length } = manifest.digests;
          socket.write(encodeTransferAnswer({ length, size, root, pieceLength: piece }));
          socket.write(manifest.digests);
        } else {
          const { offset = 0, length = 0 } = request;
          socket.write(encodeTransferAnswer({ length, size, offset }));
          socket.write(randomBytes(piece + 1000));
        }
      });
    });
    await expect(download({ sources: sourcesOf(address) })).rejects.toMatchObject({
      code: 'wrong-content',
    });
  });

  it('A verified download does not wait for a source that stands still', async () => {
    const content = randomBytes(40 * piece);
    const honest = await sharing({ file: content });
    const still = await liar(content, (bytes) => bytes.subarray(0, 1000));
    const { path } = await download({ sources: sourcesOf(honest.address, still) });
    expect((await readFile(path)).equals(content)).toBe(true);
  });

  it('A verified download is not mixed with other content of the same name', async () => {
    const [ours, theirs] = [randomBytes(30 * piece), randomBytes(30 * piece)];
    const [one, other] = [await sharing({ file: ours }), await sharing({ file: theirs })];
    const { path, root } = await download({ sources: sourcesOf(one.address, other.address) });
    expect((await readFile(path)).equals(ours)).toBe(true);
    const { root: otherRoot, path: otherPath } = await download({
      sources: sourcesOf(other.address),
    });
    expect(otherRoot).not.toBe(root);
    const chosen = await download({
      sources: sourcesOf(one.address, other.address),
      root: otherRoot,
    });
    expect((await readFile(chosen.path)).equals(await readFile(otherPath))).toBe(true);
  });

  it('A verified download goes on where one was broken off, and asks for no right piece again', async () => {
    const content = randomBytes(40 * piece);
    const { address } = await sharing({ file: content });
    const into = await temporaryFolder();
    const control = new AbortController();
    const broken = download({
      sources: sourcesOf(address),
      into,
      signal: control.signal,
      onProgress: ({ received }) => {
        if (received >= 10 * piece) control.abort(new Error('enough'));
      },
    });
    await expect(broken).rejects.toThrow('enough');
    expect(await entries(into)).toEqual(['.peerlane']);
    const [left] = await readdir(join(into, '.peerlane'));
    expect(left).toMatch(/-[0-9a-f]{12}-[0-9a-f]{10}\.part$/);
    let received = 0;
    const { path } = await download({
      sources: sourcesOf(address),
      into,
      connect: counting((bytes) => (received += bytes)),
    });
    expect(received).toBeLessThan(31 * piece);
    expect((await readFile(path)).equals(content)).toBe(true);
    expect(await entries(into)).toEqual(['file']);
  });

  it('A verified download goes on with a source that does not know its content yet', async () => {
    const content = randomBytes(100 * piece);
    const knowing = await sharing({ file: content });
    await download({ sources: sourcesOf(knowing.address) });
    const into = await temporaryFolder();
    const control = new AbortController();
    const broken = download({
      sources: sourcesOf(knowing.address),
      into,
      signal: control.signal,
      onProgress: ({ received }) => {
        if (received >= 50 * piece) control.abort(new Error('enough'));
      },
    });
    await expect(broken).rejects.toThrow('enough');
    const { address } = await sharing({ file: content });
    let received = 0;
    const { path } = await download({
      sources: sourcesOf(address),
      into,
      connect: counting((bytes) => (received += bytes)),
    });
    expect(received).toBeLessThan(51 * piece);
    expect((await readFile(path)).equals(content)).toBe(true);
    expect(await entries(into)).toEqual(['file']);
  });

  it('The callbacks of a download get the very sources of an array, with all their fields', async () => {
    const content = randomBytes(piece);
    const { address } = await sharing({ file: content });
    const sources = [
      { address: { host: '127.0.0.1', port: 1 }, name: 'unreachable' },
      { address, root: '0'.repeat(64), name: 'other' },
      { address, name: 'good' },
    ];
    const into = await temporaryFolder();
    const names: string[] = [];
    await downloadVerified({
      sources,
      filename: 'file',
      into,
      root: (await download({ sources: sourcesOf(address) })).root,
      onLost: ({ name }) => names.push(name),
      onOther: ({ name }) => names.push(name),
    });
    expect(names).toEqual(['unreachable', 'other']);
    expect((await readFile(join(into, 'file'))).equals(content)).toBe(true);
  });

  it('A verified download that no source has fails with the error of the last source', async () => {
    const { address } = await sharing({ other: Buffer.from('x') });
    await expect(download({ sources: sourcesOf(address) })).rejects.toMatchObject({
      code: 'no-file',
    });
    await expect(download({ sources: sourcesOf() })).rejects.toMatchObject({ code: 'no-file' });
  });
});

describe('a connection that was used before', () => {
  it('A connection is made again if the peer has closed it after an answer', async () => {
    const answers: Buffer[] = [];
    let connections = 0;
    const address = await fakeServer((socket) => {
      connections += 1;
      const decoder = new TransferRequestDecoder();
      socket.on('data', (bytes) => {
        const request = decoder.push(bytes)?.request;
        if (request?.version !== 2) return;
        // As a server does that has found it idle for too long.
        if (answers.length === 1 && connections === 1) socket.destroy();
        else socket.write(Buffer.concat([encodeTransferAnswer({ length: 2 }), Buffer.from('ok')]));
      });
    });
    const connection = await PeerConnection.open(address);
    const ask = async (): Promise<void> => {
      const { data } = await connection.request({ want: 'data', filename: 'a' });
      for await (const bytes of data) answers.push(Buffer.from(bytes));
    };
    await ask();
    await ask();
    connection.close();
    expect(answers.map(String)).toEqual(['ok', 'ok']);
    expect(connections).toBe(2);
  });

  it('A connection is not made again if the first answer never came', async () => {
    let connections = 0;
    const address = await fakeServer((socket) => {
      connections += 1;
      socket.once('data', () => socket.end());
    });
    const connection = await PeerConnection.open(address);
    const asked = connection.request({ want: 'manifest', filename: 'a' });
    await expect(asked).rejects.toMatchObject({ code: 'incomplete' });
    connection.close();
    expect(connections).toBe(1);
  });
});
