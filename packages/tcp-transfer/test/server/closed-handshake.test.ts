// What becomes of a handshake that never ends, when its connection or its server does.
import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { acceptSealed } from '../../src/connection/accept-sealed.ts';
import { reset } from '../../src/connection/socket.ts';
import { eventually } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { expectSealedServing, keyOf, keysOf } from '../support/sealed.ts';
import { closed, connect, scene } from './hostile-scene.ts';

const keys = keysOf(keyOf());

/** What begins a handshake, and is no whole message: a record of 512 bytes, of which four come. */
const begun = Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc);

it('A server closes at once, however many clients have begun a handshake and say no more', async () => {
  const { server } = await scene({ keys, clock: new ManualClock() });
  for (let each = 0; each < 20; each += 1) connect(server).write(begun);
  await eventually(() => (server.load.connections === 20 ? true : undefined));
  await server.close();
});

it('A client that leaves in the middle of its handshake gives its place back at once', async () => {
  const { server, warnings } = await scene({ keys, clock: new ManualClock() });
  for (let length = 1; length <= begun.length; length += 1) {
    const client = connect(server);
    client.end(begun.subarray(0, length));
    // Only the server can end this side of the connection: no time passes here.
    await closed(client);
  }
  expect(server.load).toEqual({ connections: 0, busy: 0 });
  expect(warnings).toEqual([]);
  await expectSealedServing(server, keys);
});

it.each([
  ['is reset', (stream: Socket) => reset(stream)],
  ['is destroyed', (stream: Socket) => stream.destroy()],
])('A handshake ends when its connection %s by whoever accepted it', async (_what, end) => {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = createConnection({ host: '127.0.0.1', port });
  client.on('error', () => undefined);
  client.write(begun);
  const [stream] = (await once(server, 'connection')) as [Socket];
  stream.on('error', () => undefined);
  const accepting = acceptSealed(stream, keys);
  // The handshake has begun when TLS has taken the bytes.
  await eventually(() => (stream.bytesRead === begun.length ? true : undefined));
  await new Promise((resolve) => setTimeout(resolve, 50));
  end(stream);
  expect(await accepting).toBeUndefined();
  client.destroy();
  server.close();
  await once(server, 'close');
});
