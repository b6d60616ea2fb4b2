// A node whose datagrams and connections are those of another transport.
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { expect } from 'vitest';
import { createNode, openUdpTransport } from '../../src/node/index.ts';
import { it } from '../support/lab.ts';

it('A node uses a transport for datagrams and connections, and reports what crosses them', async ({
  lab,
}) => {
  const [ours, theirs] = [await lab.folder(), await lab.folder()];
  await writeFile(join(theirs, 'a.txt'), 'hello');
  await using holder = createNode({ folder: theirs, port: 0, discovery: false });
  await holder.start();
  const { host, port } = holder.address;
  const transport = await openUdpTransport({ host: '127.0.0.1', port: 0 });
  const connections: number[] = [];
  await using asker = createNode({
    folder: ours,
    transport,
    connect: async (address) => {
      const socket = createConnection(address);
      await once(socket, 'connect');
      connections.push(address.port);
      return socket;
    },
    members: [`${host}:${port}`],
  });
  const requests: string[] = [];
  holder.on('transferWire', ({ direction, bytes }) => {
    if (direction === 'in' && bytes) requests.push(Buffer.from(bytes).toString());
  });
  await asker.start();
  expect(asker.address).toEqual(transport.address);
  await asker.get('a.txt');
  expect(new Set(connections)).toEqual(new Set([holder.tcpAddress.port]));
  expect(requests.some((request) => request.includes('"want":"data"'))).toBe(true);
});

it('A node serves connections that another transport has accepted', async ({ lab }) => {
  const [ours, theirs] = [await lab.folder(), await lab.folder()];
  await writeFile(join(theirs, 'a.txt'), 'hello');
  await using holder = createNode({ folder: theirs, port: 0, discovery: false });
  await holder.start();
  const clients: string[] = [];
  holder.on('connection', (client) => clients.push(client));
  await using asker = createNode({
    folder: ours,
    port: 0,
    members: [`127.0.0.1:${holder.address.port}`],
    connect: () => {
      const [near, far] = duplexPair();
      holder.accept(far, { host: '127.77.1.1', port: 4 });
      return Promise.resolve(near);
    },
  });
  await asker.start();
  const { path } = await asker.get('a.txt');
  expect(await readFile(path, 'utf8')).toBe('hello');
  expect(new Set(clients)).toEqual(new Set(['127.77.1.1:4']));
  await holder.close();
  const [, late] = duplexPair();
  holder.accept(late, { host: '127.77.1.1', port: 4 });
  expect(late.destroyed).toBe(true);
});
