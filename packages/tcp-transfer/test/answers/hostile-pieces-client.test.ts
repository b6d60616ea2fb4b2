// Clients that ask a node for what it is still getting: at a high rate, out of range, and while it gives up.
import { once } from 'node:events';
import { open, truncate, writeFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { PeerAddress } from '@peerlane/protocol';
import { openLibrary, startFileServer, type Library } from '../../src/index.ts';
import type { PartialFile } from '../../src/manifests/partial-files.ts';
import { eventually, temporaryFolder } from '../support/helpers.ts';
import { openFilesIn, piece } from '../support/peers.ts';

const root = 'ab'.repeat(32);
/** So many that half of them is more than a connection holds that nobody reads. */
const count = 256;

interface Node {
  readonly library: Library;
  readonly file: PartialFile;
  readonly address: PeerAddress;
  readonly folder: string;
}

/** A node that has half of a file. */
async function halfWay(): Promise<Node> {
  const library = await openLibrary([]);
  const server = await startFileServer({ library });
  const folder = await temporaryFolder();
  const path = join(folder, 'part');
  await writeFile(path, '');
  await truncate(path, count * piece);
  const manifest = { size: count * piece, pieceLength: piece, digests: Buffer.alloc(count * 32) };
  const file = (await library.partials.add({ root, manifest }, () => open(path)))!;
  for (let one = 0; one < count / 2; one += 1) file.add(one);
  onTestFinished(async () => {
    await server.close();
    await library.close();
  });
  return { library, file, address: server.address, folder };
}

async function connected(address: PeerAddress): Promise<Socket> {
  const socket = createConnection(address);
  socket.on('error', () => undefined);
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return socket;
}

const requestOf = (keys: object): string =>
  `${JSON.stringify({ v: 2, filename: 'x', root, ...keys })}\n`;

/** The line that a request is answered with. */
async function answerTo(address: PeerAddress, keys: object): Promise<string> {
  const socket = await connected(address);
  socket.write(requestOf(keys));
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
  const line = await eventually(() => (text.includes('\n') ? text.split('\n')[0] : undefined));
  socket.destroy();
  return line;
}

it('Parts that are not there, in part or at all, are refused, and nothing beyond the end is read', async () => {
  const { address } = await halfWay();
  const half = (count / 2) * piece;
  const parts = [
    { offset: half, length: 1 },
    { offset: half - 1, length: 2 },
    { offset: 0 },
    { offset: count * piece + 1, length: 1 },
    { offset: Number.MAX_SAFE_INTEGER, length: Number.MAX_SAFE_INTEGER },
  ];
  for (const part of parts)
    expect(await answerTo(address, { want: 'data', ...part })).toContain('not-found');
  expect(await answerTo(address, { want: 'data', offset: half - 2, length: 2 })).toContain(
    '"length":2',
  );
  expect(await answerTo(address, { want: 'pieces', root: 'cd'.repeat(32) })).toContain('not-found');
  expect(await answerTo(address, { want: 'pieces', root: undefined })).toContain('bad-request');
});

it('A thousand questions for pieces on one connection are each answered, in order', async () => {
  const { address } = await halfWay();
  const socket = await connected(address);
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => (bytes += chunk.length));
  const line = await answerTo(address, { want: 'pieces' });
  for (let asked = 0; asked < 1000; asked += 1) {
    const before = bytes;
    socket.write(requestOf({ want: 'pieces' }));
    await eventually(() => (bytes >= before + line.length + 1 + count / 8 ? true : undefined));
  }
  expect(bytes).toBe(1000 * (line.length + 1 + count / 8));
});

it('A file that is given up while clients read it is closed, and its readers are left', async () => {
  const { library, file, address, folder } = await halfWay();
  const sockets = await Promise.all(Array.from({ length: 8 }, () => connected(address)));
  const closed = sockets.map((socket) => once(socket, 'close'));
  for (const socket of sockets)
    socket.write(requestOf({ want: 'data', offset: 0, length: (count / 2) * piece }));
  // Each has begun to read, and cannot go on before it is read from here.
  await Promise.all(sockets.map((socket) => once(socket, 'readable')));
  await library.partials.end(file, false);
  expect(openFilesIn(folder)).toEqual([]);
  let got = 0;
  for (const socket of sockets)
    socket.on('data', (bytes: Buffer) => (got += bytes.length)).resume();
  await Promise.all(closed);
  expect(got).toBeLessThan(sockets.length * (count / 2) * piece);
  expect(await answerTo(address, { want: 'pieces' })).toContain('not-found');
});
