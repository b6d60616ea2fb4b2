// Nodes that join, list each other and send lists.
import { encodeMessage } from '@peerlane/protocol';
import { describe, expect, it } from 'vitest';
import {
  addressesOf,
  at,
  cluster,
  gossip,
  hex,
  period,
  prove,
  receive,
  run,
  sent,
  World,
} from './support/world.ts';

describe('a cluster', () => {
  it('A node describes itself by its options, and no more', () => {
    const id = hex();
    const first = (options: object) =>
      sent(cluster({ id, members: [at(1)], ...options }).start(0))[at(1)]![0]!.extension!;
    const { ping } = first({});
    expect(ping).toMatch(/^[0-9a-f]{16}$/);
    const bare = { v: 2, id, period: 20_000, ping: expect.any(String) as string };
    expect(first({})).toStrictEqual(bare);
    const all = { name: 'kitchen', guest: true };
    expect(first({ period: 1500.5, tcpPort: 33_680, ...all })).toStrictEqual({
      ...{ ...bare, period: 1501, tcp: 33_680 },
      ...all,
    });
    expect(() => cluster({ name: '' })).toThrow(/name/);
  });

  it('Configured members are listed in their order, and sent lists at the start and in each period', () => {
    const node = cluster({ members: [at(2), at(1)] });
    expect(addressesOf(node)).toEqual([at(2), at(1)]);
    const first = sent(node.start(0));
    expect(Object.keys(first)).toEqual([at(2), at(1)]);
    expect(first[at(1)]?.[0]?.addresses).toEqual([at(2), at(1)]);
    for (const retry of [250, 1000]) {
      expect(node.due).toBe(retry);
      expect(Object.keys(sent(node.tick(retry)))).toEqual([at(2), at(1)]);
    }
    expect(node.tick(1500)).toEqual([{ type: 'converged' }]);
    for (const retry of [4000, 12_000, period, 28_000, 2 * period]) {
      expect(node.due).toBe(retry);
      expect(Object.keys(sent(node.tick(retry)))).toEqual([at(2), at(1)]);
    }
    expect(node.due).toBe(3 * period);
  });

  it('A configured peer is not retried once it was heard', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    receive(node, at(1), {}, 100);
    expect(node.tick(1500)).toEqual([{ type: 'converged' }]);
    expect(node.due).toBe(period);
  });

  it('A version 2 peer counts as heard only when it has returned a ping', () => {
    const node = cluster();
    node.start(0);
    const greeting = sent(receive(node, at(1), { extension: { v: 2, id: hex(), ping: hex() } }, 5))[
      at(1)
    ]![0]!;
    expect(node.members()).toMatchObject([{ address: at(1), state: 'announced', version: 2 }]);
    const { ping } = greeting.extension!;
    receive(node, at(1), { extension: { v: 2, id: hex(), pong: hex() } }, 6);
    expect(node.members()).toMatchObject([{ state: 'announced' }]);
    receive(node, at(1), { extension: { v: 2, id: hex(), pong: ping! } }, 7);
    expect(node.members()).toMatchObject([{ state: 'heard', heardAt: 7 }]);
    expect(node.isProven(at(1))).toBe(true);
  });

  it('A version 1 peer counts as heard when it speaks', () => {
    const node = cluster();
    receive(node, at(1), {}, 3);
    expect(node.members()).toMatchObject([
      { address: at(1), state: 'heard', version: 1, heardAt: 3 },
    ]);
    expect(node.isProven(at(1))).toBe(false);
  });

  it('A list names configured peers and those heard within two periods, and no others', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    const id = hex();
    prove(node, at(2), id, 0);
    gossip(node, at(2), id, [at(3)], 0);
    const listAt = (now: number): readonly string[] =>
      sent(node.announce(now))[at(1)]![0]!.addresses;
    expect(listAt(10)).toEqual([at(1), at(2)]);
    expect(listAt(2 * period - 1).slice(0, 2)).toEqual([at(1), at(2)]);
    expect(listAt(2 * period)).not.toContain(at(2));
    expect(addressesOf(node)).toEqual([at(1), at(2), at(3)]);
  });

  it('A list names us to a peer that has been silent for a period', () => {
    const node = cluster({ members: [at(1), at(2)] });
    node.start(0);
    receive(node, at(2), {}, period - 1);
    const round = sent(node.tick(period));
    expect(round[at(1)]?.[0]?.addresses).toEqual([at(1), at(2), at(0)]);
    expect(round[at(2)]?.[0]?.addresses).toEqual([at(1), at(2)]);
  });
});

describe('a round', () => {
  it('A round goes to all members, to announced ones in one small datagram, and not to quiet ones', () => {
    const members = Array.from({ length: 60 }, (_, n) => at(n + 10));
    const node = cluster({ members });
    node.start(0);
    for (const member of members) prove(node, member, hex(), 0);
    const id = hex();
    prove(node, at(1), id, 0);
    gossip(node, at(1), id, [at(2)], period - 1);
    const round = sent(node.tick(period));
    expect(Object.keys(round)).toEqual([...members, at(1), at(2)]);
    expect(round[at(1)]).toHaveLength(2);
    expect(round[at(2)]).toHaveLength(1);
    run(node, 6 * period - 1);
    expect(Object.keys(sent(node.announce(6 * period - 1)))).toEqual([...members, at(1)]);
    run(node, 6 * period);
    expect(Object.keys(sent(node.announce(6 * period)))).toEqual(members);
  });

  it('The start does not retry a configured peer that was heard before', () => {
    const node = cluster({ members: [at(1), at(2)] });
    receive(node, at(1), {}, 0);
    receive(node, at(1), { addresses: [at(3)] }, 0);
    node.start(10);
    expect(Object.keys(sent(node.tick(260)))).toEqual([at(2)]);
  });
});

describe('joining', () => {
  it('Announced addresses are learned, loopback ones only from this machine', () => {
    const node = cluster();
    expect(Object.keys(sent(node.addAddress({ address: '[fe80::1]:1', local: false }, 0)))).toEqual(
      ['[fe80::1]:1'],
    );
    expect(node.addAddress({ address: at(1), local: false }, 0)).toEqual([]);
    node.addAddress({ address: at(1), local: true }, 0);
    expect(node.addAddress({ address: at(1), local: true }, 0)).toEqual([]);
    expect(addressesOf(node)).toEqual(['[fe80::1]:1', at(1)]);
  });

  it('A node joins in a few milliseconds, in three datagrams', () => {
    const world = new World();
    world.start(at(1));
    world.advance(5000);
    world.start(at(2), { members: [at(1)] });
    world.advance(3);
    for (const [self, other] of [
      [at(1), at(2)],
      [at(2), at(1)],
    ] as const) {
      expect(world.nodes.get(self)!.members()).toMatchObject([{ address: other, state: 'heard' }]);
    }
    expect(world.log).toHaveLength(3);
  });

  it('Two nodes meet through a third one at once', () => {
    const world = new World();
    for (const n of [1, 2, 3]) {
      world.start(at(n), { members: n === 1 ? [] : [at(1)] });
      world.advance(5);
    }
    for (const n of [1, 2, 3]) expect(world.nodes.get(at(n))!.members()).toHaveLength(2);
  });

  it('A newcomer is sent a list once in a period, with at most three times the bytes that came', () => {
    const node = cluster({ members: Array.from({ length: 50 }, (_, n) => at(n + 10)) });
    node.start(0);
    for (const size of [24, 80, 200, 1000]) {
      const from = at(size + 1000);
      const message = {
        type: 'discover' as const,
        addresses: [],
        ...(size >= 80 && { extension: { v: 2, id: hex(), ping: hex() } }),
      };
      const reply = sent(node.receive({ from, message, size }, 5))[from]!;
      expect(reply).toHaveLength(1);
      expect(encodeMessage(reply[0]!).length).toBeLessThanOrEqual(3 * size);
      // A ping is answered each time, but not with the list.
      const again = sent(node.receive({ from, message, size }, 6))[from] ?? [];
      expect(again.flatMap(({ addresses }) => addresses)).toEqual([]);
    }
  });
});

describe('a period', () => {
  it('A period may have a fraction, and is announced rounded up', () => {
    const node = cluster({ period: 1.5, members: [at(1)] });
    expect(sent(node.start(0))[at(1)]![0]!.extension?.period).toBe(2);
    expect(sent(node.tick(1.5))).toHaveProperty([at(1)]);
  });
});
