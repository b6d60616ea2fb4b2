// The announcements to the local network, alone.
import { encodeMessage, parsePeerAddress } from '@peerlane/protocol';
import { describe, expect, it } from 'vitest';
import { allowNetworks, type LanSocket } from '../../src/index.ts';
import { LanDiscovery } from '../../src/lan/lan-discovery.ts';
import { ManualClock, MemoryLan } from '../../src/testing/index.ts';

const clock = new ManualClock();
const id = '0'.repeat(16);

/** A discovery on a local network in memory, and the addresses that it found. */
interface Lab {
  readonly lan: MemoryLan;
  readonly found: string[];
  readonly discovery: LanDiscovery;
}

function discover(own: string, socket?: LanSocket): Lab {
  const lan = new MemoryLan(clock);
  const found: string[] = [];
  const discovery = new LanDiscovery({
    settings: { clock, period: 20_000, allow: allowNetworks() },
    socket: socket ?? lan.open('127.0.0.1'),
    bound: parsePeerAddress(own),
    warns: true,
  });
  discovery.start({
    selfDescription: { v: 2, id },
    announce: (message) => discovery.socket.announce(encodeMessage(message)),
    onFound: ({ address }) => found.push(address),
    onSealed: () => undefined,
    onFailure: () => undefined,
  });
  return { lan, found, discovery };
}

const announcement = (own: string, of = '1'.repeat(16)): Uint8Array =>
  encodeMessage({ type: 'discover', addresses: [own], extension: { v: 2, id: of } });

async function say(
  lan: MemoryLan,
  from: string,
  ...datagrams: readonly Uint8Array[]
): Promise<void> {
  const socket = lan.open(from);
  for (const datagram of datagrams) await socket.announce(datagram);
  await clock.advance(1);
  await socket.close();
}

describe('an announcement', () => {
  it.each([
    // The bound address, the source of the datagram, the address that it names, the address that is found.
    ['0.0.0.0:1', '192.168.7.7', '0.0.0.0:9', '192.168.7.7:9'],
    ['0.0.0.0:1', '192.168.7.7', '127.0.0.1:9', '192.168.7.7:9'],
    ['0.0.0.0:1', '127.0.0.1', '0.0.0.0:9', '127.0.0.1:9'],
    ['0.0.0.0:1', '127.0.0.1', '127.0.0.5:9', '127.0.0.5:9'],
    ['[::]:1', '192.168.7.7', '0.0.0.0:9', '192.168.7.7:9'],
    ['127.0.0.1:1', '127.0.0.1', '127.0.0.5:9', '127.0.0.5:9'],
    ['127.0.0.1:1', '127.0.0.1', '192.168.7.7:9', '127.0.0.1:9'],
    ['127.0.0.1:1', '192.168.7.7', '127.0.0.5:9', undefined],
    ['192.168.7.1:1', '127.0.0.1', '127.0.0.5:9', undefined],
    ['192.168.7.1:1', '192.168.7.7', '192.168.7.8:9', '192.168.7.7:9'],
  ])('A node at %s that hears %s name %s joins %s', async (own, from, named, joined) => {
    const { lan, found, discovery } = discover(own);
    await say(lan, from, announcement(named));
    expect(found).toEqual(joined === undefined ? [] : [joined]);
    await discovery.close();
  });

  it('An announcement leaves at once, after 0.3, 1 and 3 s, and then once in a period', async () => {
    const { lan, discovery } = discover('127.0.0.1:1');
    const times: number[] = [];
    const start = clock.now();
    lan.open('127.0.0.1').onDatagram(() => times.push(clock.now() - start));
    await clock.advance(50_000);
    expect(times).toEqual([1, 301, 1001, 3001, 23_001, 43_001]);
    await discovery.close();
    await clock.advance(50_000);
    expect(times).toHaveLength(6);
  });

  it('A closed discovery has closed its socket', async () => {
    let closed = 0;
    const socket = {
      onDatagram: () => undefined,
      announce: () => Promise.resolve(),
      close: () => Promise.resolve(void (closed += 1)),
    };
    const { discovery } = discover('127.0.0.1:1', socket);
    await discovery.close();
    expect(closed).toBe(1);
  });

  it('An announcement of our own is ignored, and so is one after closing', async () => {
    const { lan, found, discovery } = discover('127.0.0.1:1');
    await say(lan, '127.0.0.1', announcement('127.0.0.1:1', id));
    await discovery.close();
    await say(lan, '127.0.0.1', announcement('127.0.0.1:9'));
    expect(found).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('A machine has 200 announcements at once, and 20 a second', async () => {
    const { lan, found, discovery } = discover('127.0.0.1:1');
    const many = Array.from({ length: 1000 }, (_, i) => announcement(`127.0.0.1:${i + 1}`));
    await say(lan, '127.0.0.2', ...many);
    expect(found).toHaveLength(200);
    await clock.advance(1000);
    await say(lan, '127.0.0.2', ...many);
    expect(found).toHaveLength(220);
    await discovery.close();
  });
});
