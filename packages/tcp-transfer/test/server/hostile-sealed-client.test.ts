// Clients of a sealed server that have no key of it, or play with the handshake.
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { Duplex } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { encodeTransferRequest } from '@peerlane/protocol';
import { PeerConnection } from '../../src/requests/peer-connection.ts';
import { openLibrary, startFileServer } from '../../src/index.ts';
import type { ConnectionKey, TransferWireEvent } from '../../src/index.ts';
import { eventually, fakeServer } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { expectSealedServing, keyOf, keysOf, relay, tlsClient } from '../support/sealed.ts';
import { closed, connect, expectServing, rest, scene } from './hostile-scene.ts';

const key = keyOf();
const keys = keysOf(key);
const request = encodeTransferRequest({ version: 2, want: 'data', filename: 'a.txt' });

/** The first bytes that a member sends. */
async function firstFlight(server: Awaited<ReturnType<typeof scene>>['server']): Promise<Buffer> {
  let flight: Buffer | undefined;
  const middle = await relay(server.address, {
    fromClient: (bytes) => {
      flight ??= bytes;
    },
  });
  const leaving = new AbortController();
  const attempt = PeerConnection.open(middle, { keys, signal: leaving.signal });
  const bytes = await eventually(() => flight);
  leaving.abort();
  await expect(attempt).rejects.toThrow();
  return bytes;
}

it.each<[string, ConnectionKey | undefined]>([
  ['without a key', undefined],
  ['with another key', keyOf('ffffffff')],
  ['with another key of the same identity', keyOf()],
  ['with the key under another identity', { ...key, identity: 'ffffffff' }],
  ['with the key under an empty identity', { ...key, identity: '' }],
  ['with a long identity', { ...key, identity: 'x'.repeat(127) }],
  ['with a binary identity', { ...key, identity: '\u0001\u001b[2J\u00e9' }],
])('A client %s is not served, and told once', async (_what, other) => {
  const { server, warnings } = await scene({ keys });
  const asked: unknown[] = [];
  server.on('asked', (event) => asked.push(event));
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const client = tlsClient(server.address, other);
    client.write(request);
    expect(await rest(client)).toMatchObject({ bytes: 0 });
  }
  expect(asked).toEqual([]);
  expect((await eventually(() => warnings[0])).cause).toMatchObject({ code: 'not-member' });
  expect(warnings).toHaveLength(1);
  await expectSealedServing(server, keys);
});

/** A first flight that offers another identity: its lengths are right, its binder is not. */
function withIdentity(flight: Buffer, identity: Buffer): Buffer {
  const at = flight.indexOf(key.identity);
  const grown = Buffer.concat([
    flight.subarray(0, at),
    identity,
    flight.subarray(at + key.identity.length),
  ]);
  const more = identity.length - key.identity.length;
  const addAt = (position: number): unknown =>
    grown.writeUInt16BE(grown.readUInt16BE(position) + more, position);
  // The lengths of the record, of the handshake, of the extension, of all identities and of this one.
  for (const position of [3, 7, at - 6, at - 4, at - 2]) addAt(position);
  // The length of all extensions stands behind the session, the cipher suites and the compression.
  const ciphers = 44 + flight[43]!;
  addAt(ciphers + 2 + flight.readUInt16BE(ciphers) + 2);
  return grown;
}

it.each<[string, Buffer]>([
  ['of 128 characters', Buffer.alloc(128, 'x')],
  ['of 255 characters', Buffer.alloc(255, 'x')],
  ['of 257 characters', Buffer.alloc(257, 'x')],
  ['of 16,000 characters', Buffer.alloc(16_000, 'x')],
  ['that is the right one and more', Buffer.from(`${key.identity}\0`)],
  ['that is no UTF-8', Buffer.from('fffe80c0c1f5ffff', 'hex')],
  ['that ends in the middle of a character', Buffer.from('0a1b2ce2', 'hex')],
  ['of a lone surrogate', Buffer.from('eda080', 'hex')],
])(
  'A client with an identity %s is refused by an alert, and told once',
  async (_what, identity) => {
    const { server, warnings } = await scene({ keys });
    const flight = withIdentity(await firstFlight(server), identity);
    await eventually(() => (server.load.connections === 0 ? true : undefined));
    const client = connect(server);
    let answer = '';
    client.on('data', (bytes: Buffer) => (answer += bytes.toString('hex')));
    client.write(flight);
    await closed(client);
    // One record: the alert handshake_failure or illegal_parameter. A reset may overtake it.
    expect(answer).toMatch(/^(1503030002022[8f]|)$/);
    await eventually(() => (server.load.connections === 0 ? true : undefined));
    expect(warnings.map(({ cause }) => cause)).toMatchObject([{ code: 'not-member' }]);
    await expectSealedServing(server, keys);
  },
);

it.each([
  ['of version 1', 'Get,a.txt\n'],
  ['of version 2', request],
  ['of HTTP', 'GET / HTTP/1.1\r\n\r\n'],
  ['of one blank', ' '],
])('A plain request %s at a sealed server is cut off without a byte', async (_what, plain) => {
  const { server, warnings } = await scene({ keys });
  const socket = connect(server);
  socket.write(plain);
  expect(await rest(socket)).toMatchObject({ bytes: 0 });
  expect((await eventually(() => warnings[0])).cause).toMatchObject({ code: 'not-member' });
  await expectSealedServing(server, keys);
});

it('A client that speaks TLS to an open server is cut off at once, and told once', async () => {
  const { server, warnings } = await scene();
  for (let attempt = 0; attempt < 3; attempt += 1)
    expect(await rest(tlsClient(server.address, key))).toMatchObject({ bytes: 0 });
  const socket = connect(server);
  socket.write(await firstFlight((await scene({ keys })).server));
  expect((await buffer(socket)).toString('hex')).toBe('15030300020228');
  await eventually(() => warnings[0]);
  expect(warnings.map(({ cause }) => cause)).toMatchObject([{ code: 'not-member' }]);
  await expectServing(server);
});

it('The recorded handshake and request of a member get nothing when they are played again', async () => {
  const { server } = await scene({ keys });
  const recorded: Buffer[] = [];
  const middle = await relay(server.address, {
    fromClient: (bytes, to) => {
      recorded.push(Buffer.from(bytes));
      to.write(bytes);
    },
  });
  const member = tlsClient(middle, key);
  member.write(request);
  await once(member, 'data');
  member.destroy();
  const asked: unknown[] = [];
  server.on('asked', (event) => asked.push(event));
  const replay = connect(server);
  for (const bytes of recorded) replay.write(bytes);
  await rest(replay);
  expect(recorded.length).toBeGreaterThan(1);
  expect(asked).toEqual([]);
  await expectSealedServing(server, keys);
});

it('A handshake with one bit changed, wherever it is, never leads to a connection', async () => {
  const { server } = await scene({ keys });
  const { length } = await firstFlight(server);
  // Nobody reads the version of a record, and where a length has grown, the server waits for more.
  const positions = Array.from({ length }, (_, at) => at).filter(
    (at) => at === 0 || at === 5 || (at > 8 && (at < 50 || at % 5 === 0)),
  );
  for (const position of positions) {
    let isChanged = false;
    const middle = await relay(server.address, {
      fromClient: (bytes, to) => {
        if (!isChanged) bytes[position]! ^= 1;
        isChanged = true;
        to.write(bytes);
      },
    });
    const attempt = PeerConnection.open(middle, { keys });
    // A server resets what does not begin as TLS does, without an alert.
    const code = position === 0 ? 'unreachable' : 'not-member';
    await expect(attempt, `the byte at ${position}`).rejects.toMatchObject({ code });
  }
  await expectSealedServing(server, keys);
});

it('A handshake that never ends loses its place after 10 s', async () => {
  const clock = new ManualClock();
  const { server, warnings } = await scene({ keys, clock });
  const flight = await firstFlight(server);
  await eventually(() => (server.load.connections === 0 ? true : undefined));
  const before = warnings.length;
  const silent = connect(server);
  await once(server, 'connection');
  const slow = connect(server);
  await once(server, 'connection');
  slow.write(flight.subarray(0, 100));
  clock.advance(9999);
  expect(server.load.connections).toBe(2);
  clock.advance(1);
  await Promise.all([closed(silent), closed(slow)]);
  await eventually(() => (server.load.connections === 0 ? true : undefined));
  // The machine was told of once, and not again within the minute.
  expect(warnings.length - before).toBeLessThanOrEqual(1);
  await expectSealedServing(server, keys);
});

it('A member that sends no request loses its place after 10 s, with its handshake', async () => {
  const clock = new ManualClock();
  const { server, warnings } = await scene({ keys, clock });
  const placed = once(server, 'connection');
  const client = createConnection(server.address);
  client.on('error', () => undefined);
  await placed;
  clock.advance(6000);
  const member = tlsClient(server.address, key, { socket: client });
  // The server sends a ticket when it has let the member in.
  await once(member, 'session');
  clock.advance(4000);
  await rest(member);
  expect((await eventually(() => warnings[0])).cause).toMatchObject({ code: 'too-slow' });
});

it('Members are served while 300 handshakes are left half done', async () => {
  const { server } = await scene({ keys });
  const flight = await firstFlight(server);
  for (let each = 0; each < 300; each += 1)
    connect(server, `127.0.0.${2 + (each % 10)}`).write(flight.subarray(0, each % flight.length));
  await expectSealedServing(server, keys);
  await eventually(() => (server.load.connections >= 256 ? true : undefined));
  await expectSealedServing(server, keys);
});

it('A member cannot renegotiate, and what a ticket says lets nobody in without a key', async () => {
  const { server } = await scene({ keys });
  const member = tlsClient(server.address, key);
  const ticket = once(member, 'session') as Promise<[Buffer]>;
  await once(member, 'secureConnect');
  expect(member.getEphemeralKeyInfo()).toHaveProperty('type');
  const failure = await new Promise((resolve) => {
    if (member.renegotiate({}, resolve) === false) resolve(new Error('refused'));
  });
  expect(failure).toBeInstanceOf(Error);
  member.write(request);
  const [session] = await ticket;
  const resumed = tlsClient(server.address, undefined, { session });
  expect(await rest(resumed)).toMatchObject({ bytes: 0 });
  await expectSealedServing(server, keys);
});

it('A member that speaks version 1 is not served', async () => {
  const { server, warnings } = await scene({ keys });
  const member = tlsClient(server.address, key);
  member.write('Get,a.txt\n');
  expect(await rest(member)).toMatchObject({ bytes: 0 });
  expect((await eventually(() => warnings[0])).cause).toMatchObject({ code: 'refused' });
});

it.each([
  ['between two requests', 'a.txt'],
  ['in the middle of an answer', 'big.bin'],
])(
  'A record that is changed on its way to the server %s ends the connection',
  async (_when, filename) => {
    const { server } = await scene({ keys });
    let isHostile = false;
    const middle = await relay(server.address, {
      fromClient: (bytes, to) => {
        if (isHostile) bytes[bytes.length - 1]! ^= 1;
        to.write(bytes);
      },
    });
    const member = tlsClient(middle, key);
    member.write(encodeTransferRequest({ version: 2, want: 'data', filename }));
    await once(member, 'readable');
    expect(server.load.connections).toBe(1);
    isHostile = true;
    member.write(request);
    await eventually(() => (server.load.connections === 0 ? true : undefined));
    await expectSealedServing(server, keys);
  },
);

it('A member that ends its side after the request gets the whole answer', async () => {
  const { server } = await scene({ keys });
  const member = tlsClient(server.address, key);
  member.end(encodeTransferRequest({ version: 2, want: 'data', filename: 'big.bin' }));
  expect((await buffer(member)).length).toBeGreaterThan(20_000_000);
});

it('The wire events of a sealed connection show its lines in plain', async () => {
  const { server } = await scene({ keys });
  const events: TransferWireEvent[] = [];
  server.on('wire', (event) => events.push(event));
  await expectSealedServing(server, keys);
  expect(events[0]).toMatchObject({ direction: 'in', bytes: Buffer.from(request) });
  expect(Buffer.from(events[1]!.bytes!).toString()).toContain('"filename":"a.txt"');
});

it('A key that is added or taken away counts from the next connection on', async () => {
  let current = keysOf(key);
  const { server } = await scene({
    keys: {
      get first() {
        return current.first;
      },
      find: (identity) => current.find(identity),
    },
  });
  const next = keyOf('11111111');
  await expect(PeerConnection.open(server.address, { keys: keysOf(next) })).rejects.toMatchObject({
    code: 'not-member',
  });
  current = keysOf(next, key);
  await expectSealedServing(server, keysOf(next));
  await expectSealedServing(server, keys);
  current = keysOf(next);
  await expect(PeerConnection.open(server.address, { keys })).rejects.toMatchObject({
    code: 'not-member',
  });
});

it('A stream that is no socket is sealed like one, on both sides', async () => {
  const { server } = await scene({ keys });
  const plain = (socket: Duplex): Duplex => Duplex.from({ readable: socket, writable: socket });
  const address = await fakeServer((socket) => {
    server.accept(plain(socket), { host: '127.0.0.1', port: 1 });
  });
  const connect = async (): Promise<Duplex> => {
    const socket = createConnection(address);
    await once(socket, 'connect');
    return plain(socket);
  };
  const connection = await PeerConnection.open(address, { keys, connect });
  const { data } = await connection.request({ want: 'data', filename: 'a.txt' });
  expect(await text(data)).toBe('hello');
  connection.close();
});

it('A sealed server of version 1 is refused when it starts', async () => {
  const { path } = await scene();
  await using library = await openLibrary(path);
  await expect(startFileServer({ library, keys, protocol: 1 })).rejects.toThrow(RangeError);
});
