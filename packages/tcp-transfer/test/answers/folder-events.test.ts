// The list of folders, what a server tells of requests for folders, and clients that leave.
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encodeTransferRequest, FoldersDecoder } from '@peerlane/protocol';
import { temporaryFolder } from '../support/helpers.ts';
import { FakeFolder } from '../support/fake-folders.ts';
import { ask, connected, packOf, serving, treeOf } from '../support/folder-client.ts';

async function folderOf(files: Readonly<Record<string, Buffer>>): Promise<FakeFolder> {
  const path = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return new FakeFolder(path, 'photos');
}

it('The list of folders comes in pages, in order, and only with names whose last part matches', async () => {
  const path = await temporaryFolder();
  const names = Array.from({ length: 250 }, (_, index) => `photos/${1000 + index}`);
  const server = await serving(names.map((name) => new FakeFolder(path, name)));
  const connection = await connected(server.address);
  const list = async (match?: string): Promise<string[]> => {
    const got: string[] = [];
    let cursor: string | undefined;
    do {
      const keys = {
        ...(cursor !== undefined && { cursor }),
        ...(match !== undefined && { match }),
      };
      const { answer, data } = await ask(connection, { want: 'folders', ...keys });
      got.push(...new FoldersDecoder().push(data).map(({ filename }) => filename));
      cursor = answer.cursor;
    } while (cursor !== undefined);
    return got;
  };
  expect(await list()).toEqual(names);
  expect(await list('1249')).toEqual(['photos/1249']);
  expect(await list('photos')).toEqual([]);
});

it('A server without a catalog does not list its folders, and gives each that is named', async () => {
  const folder = await folderOf({ a: Buffer.from('a') });
  const { address } = await serving([folder], { catalog: false });
  const connection = await connected(address);
  await expect(ask(connection, { want: 'folders' })).rejects.toThrow('unsupported');
  expect(await treeOf(address, 'photos')).toHaveLength(1);
});

it('A server tells once for a connection that a folder was asked for and sent, with all of its bytes', async () => {
  const folder = await folderOf({ a: Buffer.alloc(1000), b: Buffer.alloc(20), c: Buffer.alloc(3) });
  const server = await serving([folder]);
  const told: unknown[] = [];
  server.on('asked', ({ filename }) => told.push(['asked', filename]));
  server.on('sending', ({ filename, size }) => told.push(['sending', filename, size]));
  server.on('sent', ({ filename, size }) => told.push(['sent', filename, size]));
  const connection = await connected(server.address);
  await ask(connection, { want: 'tree', filename: 'photos' });
  for (const entries of [[['a'], ['b']], [['c']], [['nowhere']]])
    await ask(connection, { want: 'pack', filename: 'photos', entries });
  const sent = once(server, 'sent');
  connection.close();
  await sent;
  expect(told).toEqual([
    ['asked', 'photos/'],
    ['sending', 'photos/', 1020],
    ['sent', 'photos/', 1023],
  ]);
});

it('Clients that leave in the midst of a pack or a page take nothing from others', async () => {
  const folder = await folderOf({ a: Buffer.alloc(4_000_000), b: Buffer.from('b') });
  await mkdir(join(folder.path, 'sub'));
  const server = await serving([folder]);
  for (let client = 0; client < 40; client += 1) {
    const socket = createConnection(server.address);
    socket.on('error', () => undefined);
    const want = client % 4 === 0 ? 'tree' : 'pack';
    const entries = [['a'], ['b']];
    socket.write(encodeTransferRequest({ version: 2, want, filename: 'photos', entries }));
    await once(socket, 'readable');
    socket.destroy();
    await once(socket, 'close');
  }
  const got = await packOf(server.address, 'photos', [['b'], ['a']]);
  expect(got.map((file) => ('content' in file ? file.content.length : file.error))).toEqual([
    1, 4_000_000,
  ]);
  expect(await treeOf(server.address, 'photos')).toHaveLength(3);
});
