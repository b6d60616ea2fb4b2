// The server of short exchanges, and connections to it.
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  openStream,
  startStreamServer,
  TransferError,
  type PeerAddress,
  type StreamServer,
  type StreamServerOptions,
} from '../../src/index.ts';
import { ManualClock } from '../support/manual-clock.ts';

const never = new AbortController().signal;

/** A server whose handler waits until its signal is aborted. */
async function start(options: Partial<StreamServerOptions> = {}): Promise<{
  readonly server: StreamServer;
  readonly clock: ManualClock;
  readonly seen: PeerAddress[];
}> {
  const [clock, seen] = [new ManualClock(), [] as PeerAddress[]];
  const server = await startStreamServer({
    ...{ host: '127.0.0.1', port: 0, allow: () => true, timeout: 10_000, clock },
    ...{ maxConnections: 3, maxConnectionsPerMachine: 2 },
    onStream: async (stream, from, signal) => {
      seen.push(from);
      stream.write('here');
      await once(signal, 'abort');
    },
    ...options,
  });
  return { server, clock, seen };
}

const open = (server: StreamServer): Promise<Duplex> =>
  openStream(server.address, { timeout: 60_000, signal: never });

/** What comes over a connection until its end. */
async function all(stream: Duplex): Promise<string> {
  let text = '';
  stream.on('data', (data: Buffer) => (text += String(data)));
  stream.on('error', () => undefined);
  if (!stream.closed) await once(stream, 'close');
  return text;
}

describe('a server of streams', () => {
  it('More connections than one machine may have are cut off without a byte', async () => {
    const { server, seen } = await start();
    const streams = [await open(server), await open(server), await open(server)];
    expect(await all(streams[2]!)).toBe('');
    expect(seen.map(({ host }) => host)).toEqual(['127.0.0.1', '127.0.0.1']);
    await server.close();
    expect(await all(streams[0]!)).toBe('here');
  });

  it('A connection that has had its time is closed, and makes room for another', async () => {
    const { server, clock, seen } = await start({ maxConnections: 1 });
    const first = await open(server);
    await once(first, 'readable');
    clock.advance(10_000);
    expect(await all(first)).toBe('here');
    const second = await open(server);
    await once(second, 'readable');
    expect(seen).toHaveLength(2);
    await server.close();
    await all(second);
  });

  it('A host that is not allowed is cut off without a byte, and a handler that fails ends its connection alone', async () => {
    const refusing = await start({ allow: () => false });
    expect(await all(await open(refusing.server))).toBe('');
    await refusing.server.close();
    const failing = await start({ onStream: () => Promise.reject(new Error('no')) });
    for (let time = 0; time < 3; time += 1) expect(await all(await open(failing.server))).toBe('');
    await failing.server.close();
    await failing.server.close();
  });
});

describe('a connection', () => {
  it('A port where nobody listens is told in one line with the address', async () => {
    const { server } = await start();
    await server.close();
    const error: unknown = await open(server).catch((reason: unknown) => reason);
    expect(TransferError.is(error) && error.code).toBe('unreachable');
    expect((error as Error).message).toContain(`could not connect to 127.0.0.1:`);
  });

  it('A signal ends the attempt with its reason', async () => {
    const stopped = AbortSignal.abort(new Error('enough'));
    const address = { host: '127.0.0.1', port: 1 };
    await expect(openStream(address, { timeout: 1000, signal: stopped })).rejects.toThrow('enough');
  });
});
