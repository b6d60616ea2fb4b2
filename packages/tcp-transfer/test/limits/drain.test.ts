// Closing a server: which transfers are cut off, which may finish, and for how long.
import { getEventListeners, once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeTransferRequest } from '@peerlane/protocol';
import {
  SharedFolder,
  startFileServer,
  type FileServer,
  type FileServerOptions,
} from '../../src/index.ts';
import { Drain, quietTime } from '../../src/limits/drain.ts';
import { eventually, temporaryFolder } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** More than the buffers of both systems hold. */
const size = 64 * 1024 * 1024;

/** Starts a server of one large and one small file, whose time is moved by the test. */
async function scene(options: Partial<FileServerOptions> = {}) {
  const path = await temporaryFolder();
  await writeFile(join(path, 'large'), '');
  await truncate(join(path, 'large'), size);
  await writeFile(join(path, 'small'), 'hello');
  const clock = new ManualClock();
  const folder = await SharedFolder.open(path, { watch: () => ({ close: () => undefined }) });
  const server = await startFileServer({ library: { files: folder }, clock, ...options });
  onTestFinished(() => server.close());
  return { clock, server };
}

/** Connects a client, which is served or waits. */
async function connect(server: FileServer, request = ''): Promise<Socket> {
  const { connections } = server.load;
  const socket = createConnection(server.address);
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => undefined);
  socket.write(request);
  await eventually(() => server.load.connections > connections || undefined);
  return socket;
}

/** Connects a client that has been sent the beginning of the large file, and reads no more. */
async function slowClient(server: FileServer): Promise<Socket> {
  const sending = once(server, 'sending');
  const socket = await connect(server, 'Get,large\n');
  await sending;
  return socket;
}

/** Sends a request of version 2 and waits for its answer. */
async function askV2(socket: Socket): Promise<void> {
  const answered = once(socket, 'data');
  socket.write(encodeTransferRequest({ version: 2, want: 'data', filename: 'small' }));
  await answered;
}

/** How many bytes a client gets until its connection is closed or reset. */
async function receivedBy(client: Socket): Promise<number> {
  let received = 0;
  client.on('data', (bytes: Buffer) => (received += bytes.length));
  if (!client.closed) await new Promise((resolve) => client.once('close', resolve));
  return received;
}

/** Whether a promise is resolved or rejected by now. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return Promise.race([promise.then(() => true), Promise.resolve(false)]);
}

describe('closing a server', () => {
  it('A server that is closed without a drain cuts off a running transfer at once', async () => {
    const { server } = await scene();
    const client = await slowClient(server);
    await server.close();
    expect(await receivedBy(client)).toBeLessThan(size);
  });

  it('A running transfer may finish within the drain, and nobody is accepted meanwhile', async () => {
    const { server } = await scene();
    const client = await slowClient(server);
    const sent = once(server, 'sent');
    const closing = server.close({ drain: 60_000 });
    const late = createConnection(server.address);
    await expect(once(late, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await receivedBy(client)).toBe(74 + size);
    await sent;
    await closing;
  });

  it('A transfer that is still running when the time of the drain is over is cut off', async () => {
    const { server, clock } = await scene();
    const client = await slowClient(server);
    const closing = server.close({ drain: 5000 });
    clock.advance(4999);
    expect(await isDone(closing)).toBe(false);
    clock.advance(1);
    await closing;
    expect(await receivedBy(client)).toBeLessThan(size);
  });

  it('A transfer that is still running when the signal of the drain is aborted is cut off', async () => {
    const { server } = await scene();
    const client = await slowClient(server);
    const stop = new AbortController();
    const closing = server.close({ drain: stop.signal });
    expect(await isDone(closing)).toBe(false);
    stop.abort();
    await closing;
    expect(await receivedBy(client)).toBeLessThan(size);
  });

  it('A second call without a drain ends the drain of the first', async () => {
    const { server } = await scene();
    await slowClient(server);
    const closing = server.close({ drain: 60_000 });
    await Promise.all([closing, server.close()]);
    expect(server.load.connections).toBe(0);
  });

  it('Connections that wait to be served are closed when the drain begins', async () => {
    const { server } = await scene({ maxConnections: 1 });
    const served = await slowClient(server);
    const waiting = await connect(server, 'Get,small\n');
    const closing = server.close({ drain: 60_000 });
    expect(await receivedBy(waiting)).toBe(0);
    expect(await receivedBy(served)).toBe(74 + size);
    await closing;
  });

  it('A drain goes on as long as a client of version 2 sends further requests', async () => {
    const { server, clock } = await scene();
    const client = await connect(server);
    await askV2(client);
    await eventually(() => server.load.busy === 0 || undefined);
    const closing = server.close({ drain: 60_000 });
    for (let request = 0; request < 3; request += 1) {
      clock.advance(quietTime - 1);
      await askV2(client);
      await eventually(() => server.load.busy === 0 || undefined);
    }
    clock.advance(quietTime - 1);
    expect(await isDone(closing)).toBe(false);
    clock.advance(1);
    await closing;
  });
});

describe('a drain', () => {
  it.each(['the load', 'its time', 'its signal'])(
    'A drain leaves no timer and no listener behind when %s ends it',
    async (cause) => {
      const clock = new ManualClock();
      const drain = new Drain(clock);
      const stop = new AbortController();
      const { signal } = stop;
      const listeners = () => getEventListeners(signal, 'abort').length;
      drain.limit(1000);
      drain.limit(signal);
      drain.update({ connections: 1, busy: 0 });
      expect([clock.pending, listeners()]).toEqual([2, 1]);
      drain.update({ connections: 1, busy: 1 });
      if (cause === 'the load') drain.update({ connections: 0, busy: 0 });
      if (cause === 'its time') clock.advance(1000);
      if (cause === 'its signal') stop.abort();
      await drain.over;
      expect([drain.isOver, clock.pending, listeners()]).toEqual([true, 0, 0]);
    },
  );
});
