import { encodeMessage } from '@peerlane/protocol';
import { describe, expect, it } from 'vitest';
import { addressesOf, at, cluster, hex, period, receive, sent, World } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('a cluster', () => {
  it('lists the members it was given, in their order, and tells them at start and after each period', () => {
    const node = cluster({ members: [at(2), at(1)] });
    expect(addressesOf(node)).toEqual([at(2), at(1)]);
    const first = sent(node.start(0));
    expect(Object.keys(first)).toEqual([at(2), at(1)]);
    expect(first[at(1)]?.[0]?.addresses).toEqual([at(2), at(1)]);
    for (const retry of [250, 1000, 4000, period, 2 * period]) {
      expect(node.due).toBe(retry);
      expect(Object.keys(sent(node.tick(retry)))).toEqual([at(2), at(1)]);
    }
    expect(node.due).toBe(3 * period);
  });

  it('stops trying a configured peer in between once that was heard', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    receive(node, at(1), {}, 100);
    expect(node.due).toBe(period);
  });

  it('proves that a version 2 peer is there before it counts as heard', () => {
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
    expect(node.provenVersion2(at(1))).toBe(true);
  });

  it('takes a version 1 peer for heard when it speaks', () => {
    const node = cluster();
    receive(node, at(1), {}, 3);
    expect(node.members()).toMatchObject([
      { address: at(1), state: 'heard', version: 1, heardAt: 3 },
    ]);
    expect(node.provenVersion2(at(1))).toBe(false);
  });

  it('joins in a few milliseconds, in three datagrams', () => {
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

  it('meets through a third at once', () => {
    const world = new World();
    for (const n of [1, 2, 3]) {
      world.start(at(n), { members: n === 1 ? [] : [at(1)] });
      world.advance(5);
    }
    for (const n of [1, 2, 3]) expect(world.nodes.get(at(n))!.members()).toHaveLength(2);
  });

  it('greets a newcomer once in a period, with at most three times what came', () => {
    const node = cluster({ members: Array.from({ length: 50 }, (_, n) => at(n + 10)) });
    node.start(0);
    for (const size of [10, 80, 200, 1000]) {
      const from = at(size + 1000);
      const message = {
        type: 'discover' as const,
        addresses: [],
        ...(size >= 80 && { extension: { v: 2, id: hex(), ping: hex() } }),
      };
      const reply = sent(node.receive({ from, message, size }, 5))[from]!;
      expect(reply).toHaveLength(1);
      expect(encodeMessage(reply[0]!).length).toBeLessThanOrEqual(Math.max(3 * size, 0));
      // A ping is answered each time, but not with the list.
      const again = sent(node.receive({ from, message, size }, 6))[from] ?? [];
      expect(again.flatMap(({ addresses }) => addresses)).toEqual([]);
    }
  });

  it('tells of those that it was given and of those heard within two periods, of nobody else', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    receive(node, at(2), { addresses: [at(3)] }, 0);
    const listAt = (now: number): readonly string[] =>
      sent(node.announce(now))[at(1)]![0]!.addresses;
    expect(listAt(10)).toEqual([at(1), at(2)]);
    expect(listAt(2 * period - 1).slice(0, 2)).toEqual([at(1), at(2)]);
    expect(listAt(2 * period)).not.toContain(at(2));
    expect(addressesOf(node)).toEqual([at(1), at(2), at(3)]);
  });

  it('names itself to a peer that has been silent for a period', () => {
    const node = cluster({ members: [at(1), at(2)] });
    node.start(0);
    receive(node, at(2), {}, period - 1);
    const round = sent(node.tick(period));
    expect(round[at(1)]?.[0]?.addresses).toEqual([at(1), at(2), at(0)]);
    expect(round[at(2)]?.[0]?.addresses).toEqual([at(1), at(2)]);
  });

  it('drops an announced peer after three periods of silence and a heard one after six', () => {
    const node = cluster();
    receive(node, at(1), { addresses: [at(2)] }, 0);
    node.tick(3 * period - 1);
    expect(addressesOf(node)).toEqual([at(1), at(2)]);
    expect(node.tick(3 * period)).toContainEqual({ type: 'left', address: at(2) });
    node.tick(6 * period - 1);
    expect(addressesOf(node)).toEqual([at(1)]);
    node.tick(6 * period);
    expect(addressesOf(node)).toEqual([]);
    expect(receive(node, at(2), {}, 7 * period)).toContainEqual({ type: 'joined', address: at(2) });
  });

  it('waits longer for a peer whose own period is longer, announced or shown', () => {
    const node = cluster({ period: 1000 });
    for (let now = 0; now < 10 * minute; now += 20_000) {
      while (node.due < now) node.tick(node.due);
      receive(node, at(1), {}, now);
    }
    const last = 10 * minute - 20_000;
    while (node.due < last + 6 * 20_000) node.tick(node.due);
    expect(addressesOf(node)).toEqual([at(1)]);
    while (node.due <= last + 6 * 20_000) node.tick(node.due);
    expect(addressesOf(node)).toEqual([]);
  });

  it('tries a quiet peer again at doubling intervals and forgets it after a day', () => {
    const node = cluster();
    receive(node, at(1), {}, 0);
    const tries: number[] = [];
    while (node.due < 26 * hour) {
      const now = node.due;
      if (at(1) in sent(node.tick(now)) && now > 6 * period) tries.push(now);
      if (node.contacts(now).length === 0) break;
    }
    const gaps = tries.slice(1).map((time, i) => time - tries[i]!);
    expect(gaps).toEqual(gaps.map((_, i) => 2 * period * 2 ** i));
    expect(tries[0]).toBe(7 * period);
    node.tick(26 * hour);
    expect(node.contacts(26 * hour)).toEqual([]);
  });

  it('never drops a configured peer', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    receive(node, at(1), {}, 10);
    for (let i = 0; i < 20_000; i += 1) node.tick(node.due);
    expect(addressesOf(node)).toEqual([at(1)]);
  });

  it('brings the halves of a healed partition together again', () => {
    let cut = false;
    const half = (address: string): boolean => Number(address.split(':')[1]) % 2 === 0;
    const world = new World(({ from, to }) => cut && half(from) !== half(to));
    for (let n = 1; n <= 6; n += 1) world.start(at(n), { members: n === 1 ? [] : [at(1)] });
    world.advance(2 * period);
    cut = true;
    world.advance(30 * minute);
    expect(addressesOf(world.nodes.get(at(2))!)).toEqual([at(1), at(4), at(6)]);
    cut = false;
    world.advance(25 * minute);
    for (const node of world.nodes.values()) expect(node.members()).toHaveLength(5);
  });
});

describe('a goodbye', () => {
  it('takes a peer from the list within two seconds', () => {
    const world = new World();
    for (const n of [1, 2]) world.start(at(n), { members: n === 1 ? [] : [at(1)] });
    world.advance(1000);
    world.stop(at(2));
    world.advance(2100);
    expect(addressesOf(world.nodes.get(at(1))!)).toEqual([]);
  });

  it('in the name of another is not believed', () => {
    const world = new World();
    for (const n of [1, 2]) world.start(at(n), { members: n === 1 ? [] : [at(1)] });
    world.advance(1000);
    for (let i = 0; i < 100; i += 1) {
      world.send(at(2), at(1), { extension: { v: 2, id: hex(), leave: true } });
      world.advance(100);
      expect(addressesOf(world.nodes.get(at(1))!)).toEqual([at(2)]);
    }
    expect(world.log.filter(({ from }) => from === at(1)).length).toBeLessThan(20);
  });
});

describe('this node itself', () => {
  it('is never a member under an address it knows', () => {
    const node = cluster({ self: [at(0), 'me:1'], members: ['me:1', at(1)] });
    receive(node, at(1), { addresses: [at(0), 'me:1'] }, 0);
    expect(addressesOf(node)).toEqual([at(1)]);
  });

  it('is found out behind an address it did not know, when its own ping comes in', () => {
    const id = hex();
    const node = cluster({ id });
    const told = sent(receive(node, at(1), { addresses: [at(9)] }, 0))[at(9)]![0]!;
    expect(addressesOf(node)).toContain(at(9));
    expect(receive(node, at(9), told, 1)).toContainEqual({ type: 'left', address: at(9) });
    receive(node, at(1), { addresses: [at(9)] }, 2);
    expect(addressesOf(node)).toEqual([at(1)]);
  });

  it('is not led to disown a peer by one that copies its id', () => {
    const id = hex();
    const node = cluster({ id, members: [at(1)] });
    node.start(0);
    receive(node, at(1), { extension: { v: 2, id, ping: hex() } }, 1);
    expect(addressesOf(node)).toEqual([at(1)]);
  });
});

describe('one node under several addresses', () => {
  it('is one line of the list and is asked once', () => {
    const node = cluster();
    const id = hex();
    for (const from of [at(1), at(2)]) {
      const { ping } = sent(receive(node, from, { extension: { v: 2, id, ping: hex() } }, 1))[
        from
      ]![0]!.extension!;
      receive(node, from, { extension: { v: 2, id, pong: ping! } }, 2);
    }
    expect(addressesOf(node)).toEqual([at(1)]);
    expect(node.contacts(3)).toEqual([{ address: at(1), version: 2, quiet: false }]);
  });

  it('is known by its name, whatever that resolves to', () => {
    const node = cluster({ members: ['node2:1378', 'node3:1378'] });
    node.start(0);
    node.resolved('node2:1378', at(2));
    receive(node, at(2), {}, 1);
    receive(node, at(3), {}, 1);
    expect(node.resolved('node3:1378', at(3))).toContainEqual({ type: 'left', address: at(3) });
    expect(node.members()).toMatchObject([
      { address: 'node2:1378', state: 'heard' },
      { address: 'node3:1378', state: 'heard' },
    ]);
    node.answered(at(2), 10);
    expect(node.hasPriority('node2:1378')).toBe(true);
    // Containers move: the address of one may become another's.
    node.resolved('node2:1378', at(4));
    receive(node, at(2), {}, 2);
    expect(addressesOf(node)).toEqual(['node2:1378', 'node3:1378', at(2)]);
    expect(node.resolved('node2:1378', at(0))).toContainEqual({
      type: 'left',
      address: 'node2:1378',
    });
  });

  it('keeps its place where gossip has another name for it', () => {
    const node = cluster({ members: [at(1)] });
    receive(node, at(2), { addresses: ['evil.example:1'] }, 0);
    node.resolved('evil.example:1', at(1));
    expect(addressesOf(node)).toEqual([at(1), at(2)]);
    receive(node, at(2), { addresses: ['evil.example:2'] }, 0);
    node.resolved('evil.example:2', at(2));
    node.resolved('evil.example:2', at(3));
    receive(node, at(3), {}, 1);
    expect(addressesOf(node)).toEqual([at(1), at(2), at(3)]);
  });

  it('is one where two names were given for it', () => {
    const node = cluster({ members: ['a:1', 'b:1'] });
    node.resolved('a:1', at(1));
    node.resolved('b:1', at(1));
    expect(addressesOf(node)).toHaveLength(1);
  });
});

describe('loopback addresses', () => {
  const far = (n: number): string => `[fe80::${n}]:1378`;

  it('are taken only from this machine', () => {
    const node = cluster();
    receive(node, far(1), { addresses: [at(1), '[::1]:5', 'localhost:7', far(2)] }, 0);
    expect(addressesOf(node)).toEqual([far(1), far(2)]);
    receive(node, at(2), { addresses: [at(1)] }, 0);
    expect(addressesOf(node)).toContain(at(1));
  });

  it('are told to nobody else', () => {
    const node = cluster({ members: [at(1), far(1)] });
    const round = sent(node.start(0));
    expect(round[at(1)]?.[0]?.addresses).toEqual([at(1), far(1)]);
    expect(round[far(1)]?.[0]?.addresses).toEqual([far(1)]);
    expect(sent(node.tick(period))[far(1)]?.[0]?.addresses).toEqual([far(1)]);
  });
});

describe('forged gossip', () => {
  it('buys each address at most five datagrams in an hour, requests included', () => {
    const node = cluster({ maxTold: 5000 });
    const victims = Array.from({ length: 1000 }, (_, n) => `127.1.${n >> 8}.${n & 255}:1378`);
    const times = new Map<string, number[]>();
    const note = (address: string, now: number): void => {
      times.set(address, [...(times.get(address) ?? []), now]);
    };
    for (let now = 0; now < 3 * hour; now += minute) {
      const changes = receive(node, at(1), { addresses: victims }, now);
      while (node.due <= now) changes.push(...node.tick(node.due));
      for (const address of Object.keys(sent(changes))) note(address, now);
      for (const { address } of node.contacts(now)) note(address, now);
    }
    for (const victim of victims) {
      const all = times.get(victim) ?? [];
      for (const [i, time] of all.entries()) {
        if (i >= 5) expect(time - all[i - 5]!).toBeGreaterThanOrEqual(hour - minute);
      }
      expect(all.length).toBeGreaterThan(0);
    }
  });

  it('sends one small datagram at a time to who may not be there', () => {
    const node = cluster({ members: Array.from({ length: 300 }, (_, n) => at(n + 10)) });
    node.start(0);
    const messages = sent(receive(node, at(1), { addresses: [at(2)] }, 0))[at(2)]!;
    expect(messages).toHaveLength(1);
    expect(encodeMessage(messages[0]!).length).toBeLessThanOrEqual(512);
  });

  it('fills the list only up to its bounds, and keeps out nobody who is there', () => {
    const node = cluster({ maxMembers: 10, maxTold: 8, members: [at(1)] });
    const list = (n: number): string[] =>
      Array.from({ length: 20 }, (_, i) => `127.${n}.0.1:${i + 1}`);
    expect(receive(node, at(2), { addresses: list(1) }, 0)).toContainEqual({
      type: 'full',
      bound: 'told',
      by: at(2),
    });
    expect(node.members()).toHaveLength(10);
    expect(receive(node, at(3), { addresses: list(2) }, 0)).toContainEqual(
      expect.objectContaining({ type: 'full', bound: 'members' }),
    );
    expect(node.members()).toHaveLength(10);
    expect(addressesOf(node)).toContain(at(3));
    expect(addressesOf(node)).toContain(at(1));
  });
});

describe('in the ways of version 1', () => {
  it('learns only whom lists name, tells all it knows, and forgets nobody', () => {
    const node = cluster({ protocol: 1, members: [at(1)] });
    expect(sent(node.start(0))).toEqual({ [at(1)]: [{ type: 'discover', addresses: [at(1)] }] });
    const learned = receive(
      node,
      at(2),
      { addresses: [at(3), at(0)], extension: { v: 2, id: hex(), ping: hex() } },
      10,
    );
    expect(Object.keys(sent(learned))).toEqual([at(3)]);
    expect(addressesOf(node)).toEqual([at(1), at(3)]);
    for (let i = 1; i <= 100; i += 1) {
      expect(node.due).toBe(i * period);
      const round = sent(node.tick(i * period));
      expect(round[at(3)]).toEqual([{ type: 'discover', addresses: [at(1), at(3)] }]);
    }
    expect(sent(node.leave(1e9))).toEqual({});
  });
});

describe('requests', () => {
  it('go to everyone listed and once to quiet ones, not to guests', () => {
    const node = cluster({ members: [at(1)] });
    receive(node, at(2), {}, 0);
    receive(node, at(3), { extension: { v: 2, id: hex(), guest: true } }, 0);
    expect(addressesOf(node)).toEqual([at(1), at(2)]);
    while (node.due <= 7 * period) node.tick(node.due);
    expect(addressesOf(node)).toEqual([at(1)]);
    expect(node.contacts(7 * period)).toEqual([
      { address: at(1), version: 1, quiet: false },
      { address: at(2), version: 1, quiet: true },
    ]);
    expect(node.askAgain(at(1), 7 * period)).toMatchObject({ address: at(1) });
    expect(node.askAgain(at(9), 7 * period)).toBeUndefined();
  });

  it('give priority to who answered, and remember how fast', () => {
    const node = cluster({ members: [at(1), at(2)] });
    expect(node.hasPriority(at(1))).toBe(false);
    node.answered(at(1), 100);
    node.answered(at(1), 50);
    node.answered(at(9), 50);
    expect(node.hasPriority(at(1))).toBe(true);
    expect(node.hasPriority(at(2))).toBe(false);
    expect(node.answersIn(at(1))).toBe(75);
    expect(node.answersIn(at(2))).toBe(Infinity);
  });

  it('from a quiet peer end its quiet', () => {
    const node = cluster();
    receive(node, at(1), {}, 0);
    while (node.due <= 6 * period) node.tick(node.due);
    expect(addressesOf(node)).toEqual([]);
    node.spoke(at(1), 7 * period);
    expect(addressesOf(node)).toEqual([at(1)]);
    node.spoke(at(2), 7 * period);
    expect(addressesOf(node)).toEqual([at(1)]);
  });
});
