// The transport of a node on a loopback address that is told of members on the network.
import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { openUdpTransport, systemClock, type PeerAddress } from '../../src/index.ts';
import { MemoryNetwork, transportContract } from '../../src/testing/index.ts';
import { OutwardTransport } from '../../src/transport/outward-transport.ts';

const inner = { host: '127.0.0.1', port: 1 };
const outer = { host: '10.0.0.9', port: 2 };
const [member, stranger] = [
  { host: '10.0.0.1', port: 3 },
  { host: '10.0.0.2', port: 3 },
];
const bytes = Uint8Array.of(7);

describe('the transport contract: outward', () => {
  transportContract({ test: it, equal: deepStrictEqual }, async () => {
    const bound = await openUdpTransport({ host: '127.0.0.1', port: 0 });
    return new OutwardTransport(bound, openUdpTransport);
  });
});

/** An outward transport on a network in memory, and what it has opened and received. */
function world(open?: () => Promise<never>) {
  const network = new MemoryNetwork(systemClock, { delay: 0 });
  const opened: PeerAddress[] = [];
  const transport = new OutwardTransport(network.open(inner), (address) => {
    opened.push(address);
    return open?.() ?? Promise.resolve(network.open(outer));
  });
  const received: PeerAddress[] = [];
  transport.onDatagram((_bytes, from) => void received.push(from));
  return { network, opened, transport, received };
}

it('Nothing is opened before a datagram goes to the network, and then one socket for all', async () => {
  const { opened, transport } = world();
  await transport.send(bytes, { host: '127.0.0.2', port: 9 });
  expect([opened, transport.address]).toEqual([[], inner]);
  await Promise.all([transport.send(bytes, member), transport.send(bytes, stranger)]);
  expect(opened).toEqual([{ host: '0.0.0.0', port: 0 }]);
  // Whoever checks what may be sent to a node on a loopback address alone must see that it is none now.
  expect(transport.address.host).toBe('0.0.0.0');
});

it('What hosts send that were never sent anything is dropped', async () => {
  const { network, transport, received } = world();
  const [asked, other] = [network.open(member), network.open(stranger)];
  const local = network.open({ host: '127.0.0.2', port: 9 });
  const arrived = new Promise<PeerAddress>((resolve) => {
    asked.onDatagram((_bytes, from) => {
      resolve(from);
    });
  });
  await transport.send(bytes, member);
  expect(await arrived).toEqual(outer);
  await other.send(bytes, outer);
  await asked.send(bytes, outer);
  await local.send(bytes, inner);
  await expect.poll(() => received).toEqual([member, local.address]);
});

it('A socket that cannot be opened fails one datagram, and is tried again for the next', async () => {
  const { opened, transport } = world(() => Promise.reject(new Error('no more sockets')));
  await expect(transport.send(bytes, member)).rejects.toThrow('no more sockets');
  await expect(transport.send(bytes, member)).rejects.toThrow('no more sockets');
  expect(opened).toHaveLength(2);
  expect(transport.address).toEqual(inner);
  await transport.close();
  await transport.send(bytes, member);
  expect(opened).toHaveLength(2);
});

it('An IPv6 member is sent to from a socket of IPv6', async () => {
  const { opened, transport } = world();
  await transport.send(bytes, { host: 'fd00::1', port: 3 });
  expect(opened).toEqual([{ host: '::', port: 0 }]);
});
