// The system's resolver, and machines that are named by their own names.
import { describe, expect, it } from 'vitest';
import {
  startUdpNode,
  systemLookup,
  type DatagramTransport,
  type FoundAddress,
} from '../src/index.ts';
import { ownAddresses } from '../src/system/own-addresses.ts';
import { ManualClock } from '../src/testing/index.ts';

const found = (...addresses: string[]): (() => Promise<readonly FoundAddress[]>) => {
  const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return () => Promise.resolve(all);
};

describe('a name of several addresses', () => {
  const macos = found('fe80::1%lo0', 'fe80::1c:2%en0', '::1', '127.0.0.1', '192.168.1.7');

  it.each([
    ['of a Mac to a node on IPv4 loopback', '127.0.0.1', macos, '127.0.0.1'],
    ['of a Mac to a node on all IPv4 interfaces', '0.0.0.0', macos, '127.0.0.1'],
    ['of a Mac to a node on all interfaces', '::', macos, '127.0.0.1'],
    ['of a Mac to be bound', undefined, macos, '::1'],
    ['of IPv6 to a node on all interfaces', '::', found('fe80::1%a', 'fd00::1'), 'fd00::1'],
    ['of a neighbour to a node on all interfaces', '::', found('fe80::1%a'), 'fe80::1%a'],
    [
      'of a neighbour to a node on its link',
      'fe80::2%b',
      found('fe80::1%a', 'fe80::1%b'),
      'fe80::1%b',
    ],
    ['of a Mac to a node on IPv6 loopback', '::1', macos, '::1'],
    ['localhost to an IPv4 node', '127.0.0.1', found('::1', '127.0.0.1'), '127.0.0.1'],
    ['an IPv4 name to a node on all interfaces', '::', found('127.0.0.9'), '127.0.0.9'],
  ])(
    'A name resolves to the first address that the node reaches: %s',
    async (_what, bound, addresses, expected) => {
      expect(await systemLookup('host.local', bound, addresses)).toBe(expected);
    },
  );

  it.each([
    ['0.0.0.0', found('::1'), '::1'],
    ['::1', found('127.0.0.1'), '127.0.0.1'],
    ['fe80::2%b', found('fe80::1%a'), 'fe80::1%a'],
  ])(
    'A name without an address that %s reaches is an error that says so',
    async (bound, addresses, all) => {
      await expect(systemLookup('host.local', bound, addresses)).rejects.toThrow(
        `host.local has no address that a node at ${bound} reaches, only ${all}`,
      );
    },
  );
});

it('A name that has only addresses with a zone cannot be bound', async () => {
  const addresses = found('fe80::1%lo0', 'fe80::2%en0');
  await expect(systemLookup('host.local', undefined, addresses)).rejects.toThrow(
    'host.local has no address that a node can be bound to, only fe80::1%lo0, fe80::2%en0',
  );
});

describe('a machine that is named by its own hostname', () => {
  it('The own name of a machine is the node itself, also if it resolves to 127.0.1.1', () => {
    expect(ownAddresses({ host: '0.0.0.0', port: 9 })).toContain('127.0.1.1:9');
    expect(ownAddresses({ host: '127.0.0.1', port: 9 })).toEqual(['127.0.0.1:9']);
  });

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.1.1', '127.0.1.1'],
    ['0.0.0.0', '127.0.0.1'],
    ['0.0.0.0', '127.0.1.1'],
  ])('A node that is bound to %s is no member under a name for %s', async (host, own) => {
    // Nothing is bound: a real socket could be reached from other machines.
    const transport: DatagramTransport = {
      address: { host, port: 9 },
      onDatagram: () => undefined,
      send: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const clock = new ManualClock();
    await using node = await startUdpNode({
      ...{ host, port: 9, protocol: 1, tcpPort: 1, transport, clock, discovery: false },
      members: ['own-name:9'],
      hasFile: () => false,
      lookup: () => Promise.resolve(own),
    });
    expect(node.members()).toMatchObject([{ address: 'own-name:9' }]);
    // A node of version 1 speaks, and so looks names up, for the first time after a period.
    await clock.advance(20_000);
    expect(node.members()).toEqual([]);
  });
});
