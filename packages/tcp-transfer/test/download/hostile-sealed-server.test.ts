// Servers that have no key of a sealed cluster, and somebody in the middle of its connections.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createConnection, type AddressInfo, type Socket } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { PeerAddress } from '@peerlane/protocol';
import { PeerConnection } from '../../src/requests/peer-connection.ts';
import { download as downloadAny, downloadFile, fetchCatalog } from '../../src/index.ts';
import { entries, eventually, fakeServer, header, temporaryFolder } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { download, expectFile, Losses, sharing, sourcesOf } from '../support/peers.ts';
import { keyOf, keysOf, relay } from '../support/sealed.ts';

const key = keyOf();
const keys = keysOf(key);
/** A certificate that is made for tests alone. */
const certificate = readFileSync(
  fileURLToPath(new URL('../fixtures/impostor.pem', import.meta.url)),
);

/** A server of TLS that a test drives, which answers whatever comes. */
async function tlsServer(options: TlsOptions): Promise<PeerAddress> {
  const sockets = new Set<Socket>();
  const server = createServer(options, (socket) => {
    socket.on('error', () => undefined);
    socket.write('{"v":2,"length":0}\n');
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { address, port } = server.address() as AddressInfo;
  return { host: address, port };
}

const notMember = { code: 'not-member' };

it.each<[string, () => Promise<PeerAddress>]>([
  ['with a certificate', () => tlsServer({ cert: certificate, key: certificate })],
  [
    'with a certificate and TLS 1.2 alone',
    () => tlsServer({ cert: certificate, key: certificate, maxVersion: 'TLSv1.2' }),
  ],
  [
    'that has the key and speaks TLS 1.2 alone',
    () =>
      tlsServer({
        pskCallback: () => key.secret,
        pskIdentityHint: 'hint',
        ciphers: 'PSK-AES128-GCM-SHA256',
        maxVersion: 'TLSv1.2',
      }),
  ],
  [
    'with another key of the same identity',
    async () => (await sharing({ file: 5 }, undefined, { keys: keysOf(keyOf()) })).address,
  ],
  [
    'with another key of another identity',
    async () => (await sharing({ file: 5 }, undefined, { keys: keysOf(keyOf('x')) })).address,
  ],
  ['of an open cluster', async () => (await sharing({ file: 5 })).address],
  ['that answers in version 1', () => answering(`${header('5', 'file')}hello`)],
  ['that answers in version 2', () => answering('{"v":2,"length":0}\n')],
  ['that answers with an alert', () => answering('\u0015\u0003\u0001\u0000\u0002\u0002\u0028')],
])('A server %s is not believed, and one error says why', async (_what, start) => {
  const address = await start();
  const into = await temporaryFolder();
  const losses = new Losses();
  const sources = sourcesOf(address);
  const { onLost } = losses;
  const attempt = download({ sources, keys, into, onLost });
  await expect(attempt).rejects.toMatchObject({
    code: 'not-member',
    message: `127.0.0.1:${address.port} is not in this sealed cluster, or has another key`,
  });
  expect(losses.all).toEqual([[address.port, 'not-member']]);
  expect(await entries(into)).toEqual([]);
});

function answering(bytes: string): Promise<PeerAddress> {
  return fakeServer((socket) => socket.write(bytes, 'latin1'));
}

it('A server with a certificate is not believed even where Node is told to believe all of them', async () => {
  // Node warns of it, in the output of the tests too.
  const warning = vi.spyOn(process, 'emitWarning').mockReturnValue();
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  onTestFinished(() => {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    warning.mockRestore();
  });
  const address = await tlsServer({ cert: certificate, key: certificate });
  await expect(PeerConnection.open(address, { keys })).rejects.toMatchObject(notMember);
});

it('A peer that is not there is unreachable, and no stranger', async () => {
  const address = { host: '127.0.0.1', port: 1 };
  const attempt = PeerConnection.open(address, { keys });
  await expect(attempt).rejects.toMatchObject({ code: 'unreachable' });
});

it.each<[string, (socket: Socket) => unknown]>([
  ['ends the connection at once', (socket) => socket.end()],
  ['ends the connection when it hears TLS', (socket) => socket.once('data', () => socket.end())],
  ['resets the connection at once', (socket) => socket.resetAndDestroy()],
  ['resets it when it hears TLS', (socket) => socket.once('data', () => socket.resetAndDestroy())],
])('A server that %s may be crowded: it is unreachable, and no stranger', async (_what, serve) => {
  const address = await fakeServer(serve);
  const through = async (): Promise<Socket> => {
    const socket = createConnection(address);
    await once(socket, 'connect');
    return socket;
  };
  for (const options of [{ keys }, { keys, connect: through }]) {
    const attempt = PeerConnection.open(address, options);
    await expect(attempt).rejects.toMatchObject({ code: 'unreachable' });
  }
});

it('A member that is crowded out before its handshake takes the server for unreachable', async () => {
  const crowded = { keys, maxConnections: 1, maxWaiting: 1 };
  const { address } = await sharing({ file: 100_000_000 }, undefined, crowded);
  const busy = await PeerConnection.open(address, { keys });
  await busy.request({ want: 'data', filename: 'file' });
  const attempts = [1, 2].map(() => PeerConnection.open(address, { keys }));
  // No place is free, and one of the two has none to wait in.
  await expect(Promise.race(attempts)).rejects.toMatchObject({ code: 'unreachable' });
  busy.close();
  for (const result of await Promise.allSettled(attempts))
    if (result.status === 'fulfilled') result.value.close();
});

it('A server that accepts and never answers the handshake is given up after 30 s', async () => {
  const clock = new ManualClock();
  const asked: Socket[] = [];
  const address = await fakeServer((socket) => {
    socket.on('data', () => asked.push(socket));
  });
  const attempt = PeerConnection.open(address, { keys, clock });
  await eventually(() => asked[0]);
  clock.advance(30_000);
  await expect(attempt).rejects.toMatchObject({ code: 'unreachable', cause: { code: 'too-slow' } });
});

it('A file, a catalog and an open stream come sealed, and nothing of them crosses in the clear', async () => {
  const content = Buffer.concat([Buffer.from('telltale content'), randomBytes(9_000_000)]);
  const peer = await sharing({ file: content }, undefined, { keys });
  const crossed: Buffer[] = [];
  const note = (bytes: Buffer, to: Socket): void => {
    crossed.push(Buffer.from(bytes));
    to.write(bytes);
  };
  const middle = await relay(peer.address, { fromClient: note, fromServer: note });
  const into = await temporaryFolder();
  await download({ sources: sourcesOf(middle), keys, into });
  await expectFile(into, content);
  const listed: string[] = [];
  for await (const { filename } of fetchCatalog({ address: middle, keys })) listed.push(filename);
  expect(listed).toEqual(['file']);
  const through = await temporaryFolder();
  const connect = async (address: PeerAddress): Promise<Socket> => {
    const socket = createConnection(address);
    await once(socket, 'connect');
    return socket;
  };
  await download({ sources: sourcesOf(middle), keys, into: through, connect });
  await expectFile(through, content);
  const all = Buffer.concat(crossed);
  for (const plain of ['telltale', '"file"', '"v":2']) expect(all.includes(plain)).toBe(false);
});

it.each([
  ['ended', (to: Socket) => void to.end()],
  ['reset', (to: Socket) => void to.resetAndDestroy()],
])('A sealed connection that is %s in the middle gives no whole file', async (_how, cut) => {
  const content = randomBytes(5_000_000);
  const peer = await sharing({ file: content }, undefined, { keys });
  let crossed = 0;
  const middle = await relay(peer.address, {
    fromServer: (bytes, to) => {
      crossed += bytes.length;
      if (crossed < 1_000_000) to.write(bytes);
      else if (!to.writableEnded && !to.destroyed) cut(to);
    },
  });
  const into = await temporaryFolder();
  const attempt = download({ sources: sourcesOf(middle), keys, into });
  await expect(attempt).rejects.toMatchObject({ code: 'incomplete' });
  expect(await entries(into)).not.toContain('file');
});

it('Data that are changed on their way end the connection, with an error that can be read', async () => {
  const peer = await sharing({ file: randomBytes(5_000_000) }, undefined, { keys });
  let crossed = 0;
  const middle = await relay(peer.address, {
    fromServer: (bytes, to) => {
      crossed += bytes.length;
      if (crossed > 1_000_000) bytes[bytes.length >> 1]! ^= 1;
      to.write(bytes);
    },
  });
  const attempt = download({ sources: sourcesOf(middle), keys });
  await expect(attempt).rejects.toMatchObject({
    code: 'incomplete',
    message: expect.stringMatching(/what came was not sealed by the peer$/) as string,
  });
});

it('With keys nobody is asked in version 1, and nothing is sent to who speaks it', async () => {
  let connections = 0;
  const address = await fakeServer(() => (connections += 1));
  const into = await temporaryFolder();
  const refused = { code: 'refused', message: expect.stringContaining('version 1') as string };
  const [one, filename] = [{ address, version: 1 } as const, 'file'];
  await expect(downloadFile({ address, filename, into, keys })).rejects.toMatchObject(refused);
  await expect(downloadAny({ sources: [one], filename, into, keys })).rejects.toMatchObject(
    refused,
  );
  expect(connections).toBe(0);
});

it('A sealed source that fails is not asked again in the clear', async () => {
  const peer = await sharing({ file: 5 }, undefined, { keys });
  const first: number[] = [];
  const middle = await relay(peer.address, {
    fromClient: (bytes, _to, from) => {
      first.push(bytes[0]!);
      from.destroy();
    },
  });
  const into = await temporaryFolder();
  const sources = [{ address: middle, version: 2 } as const];
  const attempt = downloadAny({ sources, filename: 'file', into, keys });
  await expect(attempt).rejects.toMatchObject({ code: 'unreachable' });
  expect(first).toEqual([0x16]);
});

it('A source with another key does not hinder one of this cluster', async () => {
  const content = randomBytes(3_000_000);
  const [stranger, member] = [
    await sharing({ file: content }, undefined, { keys: keysOf(keyOf()) }),
    await sharing({ file: content }, undefined, { keys }),
  ];
  const { path } = await download({ sources: sourcesOf(stranger.address, member.address), keys });
  expect((await readFile(path)).equals(content)).toBe(true);
});
