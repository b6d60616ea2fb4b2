import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  openUdpTransport,
  startUdpNode,
  systemClock,
  type DatagramTransport,
} from '../src/index.ts';
import { MemoryNetwork } from '../src/testing/index.ts';

const memory = new MemoryNetwork(systemClock, { delay: 0 });
let memoryPort = 1;

const implementations: [string, () => Promise<DatagramTransport>][] = [
  ['memory', () => Promise.resolve(memory.open({ host: '127.0.0.1', port: (memoryPort += 1) }))],
  ['UDP on 127.0.0.1', () => openUdpTransport({ host: '127.0.0.1', port: 0 })],
  ['UDP on a name', () => openUdpTransport({ host: 'localhost', port: 0 })],
];

describe.each(implementations)('the transport contract: %s', (_name, open) => {
  it('carries bytes to the one receiver and says who sent them', async () => {
    await using pair = await openPair(open);
    const { a, b, received } = pair;
    const arrival = received();
    await a.send(Uint8Array.of(0, 10, 255), b.address);
    expect(await arrival).toEqual({ bytes: [0, 10, 255], from: a.address });
  });

  it('is closed twice without harm, and sends nothing afterwards', async () => {
    await using pair = await openPair(open);
    const { a, b, received } = pair;
    const sending = a.send(Uint8Array.of(1), b.address);
    await Promise.all([a.close(), a.close()]);
    await sending;
    await a.send(Uint8Array.of(2), b.address);
    const c = await open();
    const arrivals = [received(), received()];
    await c.send(Uint8Array.of(3), b.address);
    const [first] = await Promise.all([Promise.race(arrivals), c.close()]);
    // The datagram that was on its way when the transport closed may be lost; one after it never comes.
    expect([1, 3]).toContain(first.bytes[0]);
  });

  it('receives nothing after it was closed', async () => {
    const [a, b] = [await open(), await open()];
    let count = 0;
    b.onDatagram(() => (count += 1));
    await b.close();
    await a.send(Uint8Array.of(1), b.address).catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    await a.close();
    expect(count).toBe(0);
  });
});

describe('the UDP transport', () => {
  it('says that a port is taken', async () => {
    const first = await openUdpTransport({ host: '127.0.0.1', port: 0 });
    const second = openUdpTransport({ host: '127.0.0.1', port: first.address.port });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.close();
  });

  it('lets real nodes find each other', async () => {
    const quiet = { host: '127.0.0.1', port: 0, tcpPort: 1, hasFile: () => false };
    await using a = await startUdpNode(quiet);
    const learned = once(a, 'peer');
    await using b = await startUdpNode({ ...quiet, members: [`127.0.0.1:${a.address.port}`] });
    expect(await learned).toEqual([`127.0.0.1:${b.address.port}`]);
  });
});

interface Pair extends AsyncDisposable {
  readonly a: DatagramTransport;
  readonly b: DatagramTransport;
  /** The next datagram that reaches `b`. */
  readonly received: () => Promise<{ bytes: number[]; from: { host: string; port: number } }>;
}

async function openPair(open: () => Promise<DatagramTransport>): Promise<Pair> {
  const [a, b] = [await open(), await open()];
  const waiting: ((arrival: Awaited<ReturnType<Pair['received']>>) => void)[] = [];
  b.onDatagram((bytes, from) => waiting.shift()?.({ bytes: [...bytes], from }));
  return {
    a,
    b,
    received: () => new Promise((resolve) => waiting.push(resolve)),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([a.close(), b.close()]);
    },
  };
}
