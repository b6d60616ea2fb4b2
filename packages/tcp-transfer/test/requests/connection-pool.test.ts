// The connections that downloads share: how many there are, and what becomes of them.
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  encodeTransferAnswer,
  type PeerAddress,
  type TransferAnswer,
  type TransferRefusal,
  type TransferRequestV2,
} from '@peerlane/protocol';
import { deferred } from '../../src/async.ts';
import { RateLimit } from '../../src/connection/rate-limit.ts';
import { ConnectionPool, type ConnectionPoolOptions } from '../../src/requests/connection-pool.ts';
import type { PeerConnection } from '../../src/requests/peer-connection.ts';
import { eventually } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { fakePeer } from '../support/peers.ts';

const mebibyte = 1024 * 1024;

interface Scene {
  readonly pool: ConnectionPool;
  readonly address: PeerAddress;
  /** The connections that were used, in the order of their first requests. */
  readonly sockets: Set<Socket>;
  readonly connect: (signal?: AbortSignal, limit?: RateLimit) => Promise<PeerConnection>;
}

/** A pool, and a peer that answers as a test says. */
async function sceneWith(
  answer: (filename: string, socket: Socket) => void,
  options?: ConnectionPoolOptions,
): Promise<Scene> {
  const sockets = new Set<Socket>();
  const address = await fakePeer(({ filename = '' }: TransferRequestV2, socket) => {
    sockets.add(socket);
    answer(filename, socket);
  });
  const pool = new ConnectionPool(options);
  onTestFinished(() => {
    pool.close();
  });
  const connect: Scene['connect'] = (signal = new AbortController().signal, limit) =>
    pool.connect(address, signal, limit);
  return { pool, address, sockets, connect };
}

/** Answers with the name of the file. */
function echo(filename: string, socket: Socket): void {
  write(socket, { length: filename.length }, filename);
}

function write(socket: Socket, answer: TransferAnswer | TransferRefusal, data = ''): void {
  socket.write(Buffer.concat([encodeTransferAnswer(answer), Buffer.from(data)]));
}

/** Asks for a file, as a download does. */
async function ask(connection: PeerConnection, filename: string): Promise<string> {
  const { data } = await connection.request({ want: 'data', filename });
  const pieces: Buffer[] = [];
  for await (const bytes of data) pieces.push(Buffer.from(bytes));
  connection.finish();
  return Buffer.concat(pieces).toString();
}

describe('a pool of connections', () => {
  it('Requests of many downloads at once go over one connection, and each gets its own answer', async () => {
    const { sockets, connect } = await sceneWith(echo);
    const names = Array.from({ length: 200 }, (_, each) => `file ${each}`);
    const got = names.map(async (name) => {
      const connection = await connect();
      const twice = [await ask(connection, name), await ask(connection, name)];
      connection.close();
      return twice;
    });
    expect(await Promise.all(got)).toEqual(names.map((name) => [name, name]));
    expect(sockets.size).toBe(1);
  });

  it('A file of more than a mebibyte is not waited for: the next request gets another connection', async () => {
    const { sockets, connect } = await sceneWith((filename, socket) => {
      if (filename === 'large') write(socket, { length: 1, size: mebibyte + 1 });
      else echo(filename, socket);
    });
    const large = await connect();
    const { data } = await large.request({ want: 'data', filename: 'large' });
    const small = await connect();
    expect(await ask(small, 'small')).toBe('small');
    expect(sockets.size).toBe(2);
    const [first] = sockets;
    first!.write('.');
    for await (const bytes of data) expect(Buffer.from(bytes).toString()).toBe('.');
    large.finish();
    // Its next request goes over its own connection, which others get when it is closed.
    expect(await ask(large, 'more')).toBe('more');
    large.close();
    expect(await ask(await connect(), 'last')).toBe('last');
    expect(sockets.size).toBe(2);
  });

  it('A connection that the peer has closed meanwhile is replaced, and the request sent again', async () => {
    const { sockets, connect } = await sceneWith((filename, socket) => {
      echo(filename, socket);
      socket.end();
    });
    const [one, other] = [await connect(), await connect()];
    expect(await Promise.all([ask(one, 'a'), ask(other, 'b'), ask(one, 'c')])).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(sockets.size).toBe(3);
  });

  it('A refusal leaves the connection to the others', async () => {
    const { sockets, connect } = await sceneWith((filename, socket) => {
      if (filename !== 'missing') echo(filename, socket);
      else write(socket, { error: { code: 'not-found', message: 'no such file' } });
    });
    const connection = await connect();
    await expect(ask(connection, 'missing')).rejects.toMatchObject({ code: 'no-file' });
    expect(await ask(await connect(), 'a')).toBe('a');
    expect(sockets.size).toBe(1);
  });

  it('A download that is aborted in the middle of an answer closes the connection, and others get a new one', async () => {
    const { sockets, connect } = await sceneWith((filename, socket) => {
      if (filename === 'stuck') write(socket, { length: 9 }, 'part');
      else echo(filename, socket);
    });
    const control = new AbortController();
    const stuck = ask(await connect(control.signal), 'stuck');
    const next = ask(await connect(), 'a');
    await eventually(() => (sockets.size === 1 ? true : undefined));
    control.abort(new Error('enough'));
    await expect(stuck).rejects.toThrow('enough');
    expect(await next).toBe('a');
    expect(sockets.size).toBe(2);
  });

  it('A download that is aborted while it waits for its turn disturbs nobody', async () => {
    const asked = deferred<Socket>();
    const { sockets, connect } = await sceneWith((filename, socket) => {
      if (filename === 'first') asked.resolve(socket);
      else echo(filename, socket);
    });
    const control = new AbortController();
    const first = ask(await connect(), 'first');
    const socket = await asked.promise;
    const waiting = ask(await connect(control.signal), 'second');
    const last = ask(await connect(), 'third');
    control.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    echo('first', socket);
    expect(await Promise.all([first, last])).toEqual(['first', 'third']);
    expect(sockets.size).toBe(1);
  });

  it('Bytes that nobody asked for are not taken for the next answer', async () => {
    const opened: Socket[] = [];
    const { sockets, connect } = await sceneWith(echo, {
      connect: async (address) => {
        const socket = createConnection(address);
        opened.push(socket);
        await once(socket, 'connect');
        return socket;
      },
    });
    const connection = await connect();
    expect(await ask(connection, 'a')).toBe('a');
    const before = opened[0]!.bytesRead;
    const [first] = sockets;
    first!.write('surplus');
    await eventually(() => (opened[0]!.bytesRead > before ? true : undefined));
    expect(await ask(connection, 'b')).toBe('b');
    expect(sockets.size).toBe(2);
  });

  it('Data stay in place until they are no longer needed, though others wait for the connection', async () => {
    const { sockets, connect } = await sceneWith(echo);
    const connection = await connect();
    const { data } = await connection.request({ want: 'data', filename: 'kept' });
    let kept: Uint8Array | undefined;
    for await (const bytes of data) kept = bytes;
    const other = ask(await connect(), 'other');
    connection.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(Buffer.from(kept!).toString()).toBe('kept');
    connection.finish();
    expect(await other).toBe('other');
    expect(sockets.size).toBe(1);
  });

  it('A peer that cannot be reached is reported to all that wait for it', async () => {
    const connect = (): Promise<never> => Promise.reject(new Error('no route'));
    using pool = new ConnectionPool({ connect });
    const address = { host: '127.0.0.1', port: 9 };
    const tried = Array.from({ length: 3 }, () => pool.connect(address, forever));
    for (const each of tried) await expect(each).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('An attempt to connect that nobody waits for any more is given up', async () => {
    const given = deferred<AbortSignal>();
    const connect = (_: PeerAddress, signal: AbortSignal): Promise<never> => {
      given.resolve(signal);
      return new Promise(() => undefined);
    };
    using pool = new ConnectionPool({ connect });
    const control = new AbortController();
    const connecting = pool.connect({ host: '127.0.0.1', port: 9 }, control.signal);
    const signal = await given.promise;
    control.abort(new Error('enough'));
    await expect(connecting).rejects.toThrow('enough');
    expect(signal.aborted).toBe(true);
  });

  it('Connections are used again only under the same limit of the rate', async () => {
    const { sockets, connect } = await sceneWith(echo);
    const limit = new RateLimit(mebibyte);
    expect(await ask(await connect(), 'a')).toBe('a');
    expect(await ask(await connect(forever, limit), 'b')).toBe('b');
    expect(await ask(await connect(forever, limit), 'c')).toBe('c');
    expect(sockets.size).toBe(2);
  });

  it('A connection that nobody uses is closed after a second', async () => {
    const clock = new ManualClock();
    const { sockets, connect } = await sceneWith(echo, { clock });
    const connection = await connect();
    await ask(connection, 'a');
    const [socket] = sockets;
    clock.advance(999);
    expect(await ask(connection, 'b')).toBe('b');
    clock.advance(999);
    expect(socket!.destroyed).toBe(false);
    clock.advance(1);
    await eventually(() => (socket!.readableEnded || socket!.destroyed ? true : undefined));
    expect(await ask(connection, 'c')).toBe('c');
    expect(sockets.size).toBe(2);
  });

  it('A closed pool has no connections, and makes none', async () => {
    const { pool, sockets, connect } = await sceneWith((filename, socket) => {
      if (filename !== 'stuck') echo(filename, socket);
    });
    await ask(await connect(), 'a');
    const stuck = ask(await connect(), 'stuck');
    const waiting = ask(await connect(), 'waiting');
    pool.close(new Error('the node was closed'));
    await expect(stuck).rejects.toThrow('the node was closed');
    await expect(waiting).rejects.toThrow('the node was closed');
    await expect(connect()).rejects.toThrow('the node was closed');
    const [socket] = sockets;
    await eventually(() => (socket!.readableEnded || socket!.destroyed ? true : undefined));
  });
});
