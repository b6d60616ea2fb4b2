// Datagrams and connections over links that are cut, lossy or slow.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DatagramTransport } from '@peerlane/cli/node';
import type { PeerAddress } from '@peerlane/protocol';
import { LinkFilter } from '../src/link/link-filter.ts';

const own = { host: '127.0.0.1', port: 1 };
const other = { host: '127.0.0.1', port: 2 };
const signal = new AbortController().signal;

function rule(change: { cut?: boolean; loss?: number; tcp?: string }): {
  readonly udp: string;
  readonly tcp: string;
  readonly cut: boolean;
  readonly loss: number;
} {
  return { udp: '127.0.0.1:2', tcp: '', cut: false, loss: 0, ...change };
}

describe('datagrams', () => {
  /** A transport that is driven by hand, behind a filter. */
  function scene(): {
    readonly filter: LinkFilter;
    readonly arrive: (from: PeerAddress) => void;
    readonly received: PeerAddress[];
    readonly dropped: string[];
    readonly passed: string[];
  } {
    const dropped: string[] = [];
    const passed: string[] = [];
    const received: PeerAddress[] = [];
    let arrive: (from: PeerAddress) => void = () => undefined;
    const filter = new LinkFilter({
      onDropped: (peer) => dropped.push(peer),
      onPassed: (peer) => passed.push(peer),
      onConnected: () => undefined,
      onDataHead: () => undefined,
    });
    const transport: DatagramTransport = {
      address: own,
      onDatagram: (receive) => {
        arrive = (from) => receive(new Uint8Array(1), from);
      },
      send: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    filter.filter(transport).onDatagram((_datagram, from) => received.push(from));
    return { filter, arrive: (from) => arrive(from), received, dropped, passed };
  }

  it('Datagrams arrive over an intact link', () => {
    const { arrive, received, dropped, passed } = scene();
    arrive(other);
    expect([received, dropped, passed]).toEqual([[other], [], ['127.0.0.1:2']]);
  });

  it('Datagrams over a link that is cut or loses all are dropped, and reported', () => {
    for (const how of [{ cut: true }, { loss: 1 }]) {
      const { filter, arrive, received, dropped, passed } = scene();
      filter.apply({ links: [rule(how)], rate: undefined });
      arrive(other);
      arrive({ ...other, port: 3 });
      expect(dropped).toEqual(['127.0.0.1:2']);
      expect(received).toEqual([{ ...other, port: 3 }]);
      expect(passed).toEqual(['127.0.0.1:3']);
      filter.apply({ links: [rule({})], rate: undefined });
      arrive(other);
      expect(received).toHaveLength(2);
    }
  });
});

describe('connections', () => {
  async function server(serve: (socket: Socket) => void): Promise<PeerAddress> {
    const listening = createServer(serve).listen(0, '127.0.0.1');
    await once(listening, 'listening');
    onTestFinished(() => void listening.close());
    return { host: '127.0.0.1', port: (listening.address() as AddressInfo).port };
  }

  function filterFor(reported: string[] = []): LinkFilter {
    return new LinkFilter({
      onDropped: () => undefined,
      onPassed: () => undefined,
      onConnected: (_local, server) => reported.push(server),
      onDataHead: () => undefined,
    });
  }

  it('Connections carry bytes both ways, and end', async () => {
    const reported: string[] = [];
    const address = await server((socket) => socket.pipe(socket));
    const stream = await filterFor(reported).connect(address, signal);
    stream.end('hello');
    expect((await buffer(stream)).toString()).toBe('hello');
    expect(reported).toEqual([`127.0.0.1:${address.port}`]);
  });

  it('Connections carry no more than their rate limit', async () => {
    const bytes = 400_000;
    const address = await server((socket) => socket.end(Buffer.alloc(bytes)));
    const filter = filterFor();
    filter.apply({ links: [], rate: 1_000_000 });
    const start = performance.now();
    const stream = await filter.connect(address, signal);
    expect((await buffer(stream)).length).toBe(bytes);
    expect(performance.now() - start).toBeGreaterThan(300);
  });

  it('Connections over a link that is cut are refused, and break when it is cut', async () => {
    const address = await server(() => undefined);
    const filter = filterFor();
    const tcp = `127.0.0.1:${address.port}`;
    const stream = await filter.connect(address, signal);
    const broken = once(stream, 'error');
    filter.apply({ links: [rule({ tcp, cut: true })], rate: undefined });
    expect(await broken).toMatchObject([{ message: 'the link was cut' }]);
    await expect(filter.connect(address, signal)).rejects.toThrow('the link is cut');
  });

  it('A connection breaks if the other side breaks it', async () => {
    const address = await server((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const stream = await filterFor().connect(address, signal);
    stream.resume();
    stream.write('hello');
    const [error] = (await once(stream, 'error')) as [Error];
    expect(error.message).toMatch(/ECONNRESET|closed/);
  });
});
