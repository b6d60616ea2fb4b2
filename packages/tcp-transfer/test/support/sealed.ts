// Keys of sealed clusters, clients of them that a test drives, and somebody in the middle.
import { randomBytes } from 'node:crypto';
import { createConnection, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { expect, onTestFinished } from 'vitest';
import type { PeerAddress } from '@peerlane/protocol';
import { PeerConnection } from '../../src/requests/peer-connection.ts';
import { reset } from '../../src/connection/socket.ts';
import type { ConnectionKey, ConnectionKeys, FileServer } from '../../src/index.ts';
import { fakeServer } from './helpers.ts';

/** A key of its own. */
export function keyOf(identity = '0a1b2c3d'): ConnectionKey {
  return { identity, secret: randomBytes(32) };
}

/** The keys of a node: the first seals, and all are accepted. */
export function keysOf(first: ConnectionKey, ...others: readonly ConnectionKey[]): ConnectionKeys {
  const all = [first, ...others];
  return { first, find: (wanted) => all.find(({ identity }) => identity === wanted) };
}

const sealed: ConnectionOptions = {
  ciphers: 'TLS_AES_128_GCM_SHA256',
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
};

/** A client of TLS that a test drives. Its errors are not thrown. */
export function tlsClient(
  address: PeerAddress,
  key: ConnectionKey | undefined,
  options: ConnectionOptions = {},
): TLSSocket {
  const pskCallback = key && (() => ({ psk: key.secret, identity: key.identity }));
  const socket = connect({
    socket: options.socket ?? createConnection({ ...address, allowHalfOpen: true }),
    ...sealed,
    ...(pskCallback && { pskCallback }),
    ...options,
  });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Expects that a member gets the small file of a sealed server. */
export async function expectSealedServing(server: FileServer, keys: ConnectionKeys): Promise<void> {
  const connection = await PeerConnection.open(server.address, { keys });
  const { data } = await connection.request({ want: 'data', filename: 'a.txt' });
  expect(await text(data)).toBe('hello');
  connection.close();
}

/** What somebody in the middle does with the bytes of each side. */
export interface Relaying {
  readonly fromClient?: (bytes: Buffer, to: Socket, from: Socket) => void;
  readonly fromServer?: (bytes: Buffer, to: Socket, from: Socket) => void;
}

/** Somebody in the middle: passes on what crosses, unless a function does something else with it. */
export function relay(
  server: PeerAddress,
  { fromClient = pass, fromServer = pass }: Relaying = {},
): Promise<PeerAddress> {
  return fakeServer((client) => {
    const there = createConnection(server);
    there.on('error', () => {
      reset(client);
    });
    client.on('data', (bytes) => {
      fromClient(bytes, there, client);
    });
    there.on('data', (bytes) => {
      fromServer(bytes, client, there);
    });
    client.on('close', () => void there.destroy());
    there.on('end', () => void client.end());
    there.on('close', () => void client.destroy());
  });
}

function pass(bytes: Buffer, to: Socket): void {
  to.write(bytes);
}
