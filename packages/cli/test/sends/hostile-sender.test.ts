// Senders at real sockets that offer one thing and serve another, or serve nothing, to a node that receives.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import {
  encodeRootInput,
  encodeTransferAnswer,
  TransferRequestDecoder,
  type TransferRequestV2,
} from '@peerlane/protocol';
import {
  ConnectionPool,
  offerTo,
  type OfferedItem,
  type OfferOutcome,
} from '@peerlane/tcp-transfer';
import { moment, receiver, yes, type Receiver } from '../support/sends.ts';
import { Nodes } from '../support/nodes.ts';

const send = '0123456789abcdef';

interface Sender {
  readonly port: number;
  readonly connections: number;
}

/** A server that answers as a test wants; without a function it accepts connections and says nothing. */
async function servingPort(
  answer: (request: TransferRequestV2, socket: Socket) => void = () => undefined,
): Promise<Sender> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    const decoder = new TransferRequestDecoder();
    socket.on('data', (bytes) => {
      const request = decoder.push(bytes)?.request;
      if (request?.version === 2) answer(request, socket);
    });
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    get connections() {
      return connections;
    },
  };
}

/** Serves content of one piece by any name. */
async function serving(content: Buffer): Promise<{ readonly port: number; readonly root: string }> {
  const digests = createHash('sha256').update(content).digest();
  const sizes = { size: content.length, pieceLength: 262_144 };
  const root = createHash('sha256')
    .update(encodeRootInput({ ...sizes, digests }))
    .digest('hex');
  const { port } = await servingPort(({ want, offset = 0, length = 0 }, socket) => {
    const data = want === 'manifest' ? digests : content.subarray(offset, offset + length);
    const about = want === 'manifest' ? { ...sizes, root } : { offset, size: content.length };
    socket.write(encodeTransferAnswer({ length: data.length, ...about }));
    socket.write(data);
  });
  return { port, root };
}

function offerOf(offer: Partial<OfferedItem>): OfferedItem {
  const { size = 10 } = offer;
  return {
    ...{ send, kind: 'file', filename: 'a.txt', size, root: '0'.repeat(64), port: 1 },
    ...{ items: 1, total: size, ...offer },
  };
}

async function offered({ node }: Receiver, item: Partial<OfferedItem>): Promise<OfferOutcome> {
  using connections = new ConnectionPool();
  return await offerTo(node.tcpAddress, offerOf(item), { connections });
}

const filesOf = async ({ into }: Receiver): Promise<string[]> =>
  (await readdir(into)).filter((name) => name !== '.peerlane');

it('While a person is asked, and after a no, nothing is written and nobody is connected to', async () => {
  await using nodes = new Nodes();
  let decide: ((isWanted: boolean) => void) | undefined;
  const to = await receiver(nodes, () => new Promise((resolve) => (decide = resolve)));
  const changes: unknown[] = [];
  const watcher = watch(to.into, (...change) => changes.push(change));
  onTestFinished(() => {
    watcher.close();
  });
  const { node } = to;
  const sender = await servingPort();
  using connections = new ConnectionPool();
  for (const [index, kind] of ['file', 'folder', 'text'].entries()) {
    const asked = moment();
    let times = 0;
    const sending = offerTo(
      node.tcpAddress,
      offerOf({ kind, port: sender.port, send: `000000000000000${index}` }),
      {
        connections,
        peers: () => {
          times += 1;
          if (times === 4) asked.come();
          return [`127.0.0.1:${sender.port}`];
        },
      },
    );
    await asked.reached;
    decide!(false);
    expect(await sending).toEqual({ state: 'declined' });
  }
  expect(await readdir(to.into)).toEqual([]);
  expect(changes).toEqual([]);
  expect(sender.connections).toBe(0);
}, 60_000);

it('A file that is larger or smaller than was offered is not fetched', async () => {
  await using nodes = new Nodes();
  const to = await receiver(nodes, yes);
  const { port, root } = await serving(Buffer.alloc(1000, 'a'));
  for (const [size, digit] of [
    [10, 1],
    [100_000, 2],
  ] as const)
    expect(await offered(to, { port, root, size, send: send.slice(1) + String(digit) })).toEqual({
      ...{ state: 'failed', reason: 'changed' },
    });
  expect(await filesOf(to)).toEqual([]);
}, 60_000);

it.each([
  ['bytes that are no UTF-8', Buffer.from([0x61, 0xff, 0xfe])],
  ['an encoded surrogate', Buffer.from([0xed, 0xa0, 0x80])],
])(
  'A text of %s is not shown',
  async (_, content) => {
    await using nodes = new Nodes();
    const to = await receiver(nodes, yes);
    const served = await serving(content);
    const item = { ...served, kind: 'text', size: content.length };
    expect(await offered(to, item)).toEqual({ state: 'failed', reason: 'changed' });
    expect(to.texts).toEqual([]);
    expect(await readdir(to.into)).toEqual([]);
  },
  60_000,
);

it('A text that was accepted is not taken as a file afterwards', async () => {
  await using nodes = new Nodes();
  const to = await receiver(nodes, yes);
  const content = Buffer.from('\u001b]0;owned\u0007'.repeat(5000));
  const item = { ...(await serving(content)), kind: 'text', size: content.length };
  expect(await offered(to, item)).toEqual({ state: 'received' });
  expect(to.texts).toEqual([content.toString()]);
  expect(await offered(to, { ...item, kind: 'file' })).toEqual({ state: 'declined' });
  expect(await readdir(to.into)).toEqual([]);
}, 60_000);

it('Peers that are the receiver itself, dead or strange do not keep a file from coming', async () => {
  await using nodes = new Nodes();
  const to = await receiver(nodes, yes);
  const content = Buffer.alloc(1000, 'a');
  const { port, root } = await serving(content);
  const silent = await servingPort();
  const own = to.node.tcpAddress;
  using connections = new ConnectionPool();
  const peers = [`${own.host}:${own.port}`, `127.0.0.1:${silent.port}`, '127.0.0.9:1', 'x', ''];
  const received = vi.fn();
  to.node.on('itemReceived', received);
  const outcome = await offerTo(own, offerOf({ port, root, size: content.length }), {
    ...{ connections, peers: () => [...peers, '127.255.255.255:1', '[::1]:1'].slice(0, 3) },
  });
  expect(outcome).toEqual({ state: 'received' });
  expect(received).toHaveBeenCalledOnce();
  expect(await filesOf(to)).toEqual(['a.txt']);
}, 60_000);
