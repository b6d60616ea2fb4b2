// The contract of transports, and the UDP transport.
import { deepStrictEqual } from 'node:assert';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openUdpTransport, startUdpNode, systemClock } from '../../src/index.ts';
import { SealedTransport } from '../../src/transport/sealed-transport.ts';
import { Sealing } from '../../src/transport/sealing.ts';
import { sourceOf } from '../../src/transport/udp-transport.ts';
import { MemoryNetwork, transportContract, type OpenTransport } from '../../src/testing/index.ts';
import { toySeal } from '../support/toy-seal.ts';

const memory = new MemoryNetwork(systemClock, { delay: 0 });
let memoryPort = 1;

const implementations: [string, OpenTransport][] = [
  ['memory', () => Promise.resolve(memory.open({ host: '127.0.0.1', port: (memoryPort += 1) }))],
  ['UDP on 127.0.0.1', () => openUdpTransport({ host: '127.0.0.1', port: 0 })],
  [
    'UDP on 127.0.0.1, sealed',
    async () => {
      const udp = await openUdpTransport({ host: '127.0.0.1', port: 0 });
      const sealing = new Sealing(toySeal(), systemClock);
      return new SealedTransport(udp, sealing, { perSecond: 1000, burst: 2000 });
    },
  ],
  ['UDP on a name', () => openUdpTransport({ host: 'localhost', port: 0 })],
];

describe.each(implementations)('the transport contract: %s', (_name, open) => {
  transportContract({ test: it, equal: deepStrictEqual }, open);
});

describe('the UDP transport', () => {
  it.each([
    ['127.0.0.1', 9, { host: '127.0.0.1', port: 9 }],
    ['::ffff:127.0.0.1', 9, { host: '127.0.0.1', port: 9 }],
    ['fe80::1%eth0', 9, { host: 'fe80::1%eth0', port: 9 }],
    ['fe80::1%not a zone', 9, { host: 'fe80::1', port: 9 }],
    ['::1', 9, { host: '::1', port: 9 }],
    ['127.0.0.1', 0, undefined],
  ])('A datagram from %s, port %i, has the source %o', (address, port, from) => {
    expect(sourceOf(address, port)).toEqual(from);
  });

  it('A port that is in use is an error', async () => {
    const first = await openUdpTransport({ host: '127.0.0.1', port: 0 });
    const second = openUdpTransport({ host: '127.0.0.1', port: first.address.port });
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.close();
  });

  it('A socket on all interfaces reaches IPv4 and IPv6 peers', async ({ skip }) => {
    const six = await openUdpTransport({ host: '::1', port: 0 }).catch(() => undefined);
    skip(!six, 'this machine has no IPv6');
    const [all, four] = [
      await openUdpTransport({ host: '::', port: 0 }),
      await openUdpTransport({ host: '127.0.0.1', port: 0 }),
    ];
    const from = (transport: typeof all): Promise<string> =>
      new Promise((resolve) => {
        transport.onDatagram((_bytes, sender) => {
          resolve(sender.host);
        });
      });
    const [toSix, toFour] = [from(six!), from(four)];
    await all.send(Uint8Array.of(1), six!.address);
    await all.send(Uint8Array.of(1), four.address);
    expect(await Promise.all([toSix, toFour])).toEqual(['::1', '127.0.0.1']);
    const back = from(all);
    await four.send(Uint8Array.of(1), { host: '127.0.0.1', port: all.address.port });
    expect(await back).toBe('127.0.0.1');
    await Promise.all([all.close(), six!.close(), four.close()]);
  });

  it('An error of an IPv6 socket names an IPv4 address as its user knows it', async ({ skip }) => {
    // Only loopback can be sent to from there, and only by IPv6.
    const six = await openUdpTransport({ host: '::1', port: 0 }).catch(() => undefined);
    skip(!six, 'this machine has no IPv6');
    const sending = six!.send(Uint8Array.of(1), { host: '127.0.0.1', port: 9 });
    const failure = await sending.then(
      () => '127.0.0.1:9',
      (error: unknown) => (error as Error).message,
    );
    expect(failure).toMatch(/(?<!:)127\.0\.0\.1:9$/);
    await six!.close();
  });

  it('Real nodes list each other, and find a file, in milliseconds', async () => {
    const quiet = { host: '127.0.0.1', port: 0, tcpPort: 1, discovery: false };
    await using a = await startUdpNode({ ...quiet, hasFile: () => true });
    const learned = once(a, 'peer');
    await using b = await startUdpNode({
      ...quiet,
      hasFile: () => false,
      members: [`127.0.0.1:${a.address.port}`],
    });
    expect(await learned).toEqual([`127.0.0.1:${b.address.port}`]);
    const { value } = await b.find('a').next();
    expect(value).toMatchObject({ address: { port: 1 }, version: 2 });
    expect((await a.find('a').next()).done).toBe(true);
  });
});
