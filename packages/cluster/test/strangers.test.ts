// The bytes that strangers are sent: at most three times those that came in their name.
import { encodeMessage, type DiscoverExtension } from '@peerlane/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, Cluster } from '../src/index.ts';
import { resolveOptions } from '../src/options.ts';
import { receiveDiscover } from '../src/receive.ts';
import { initialState } from '../src/state.ts';
import {
  cluster,
  gossip,
  hex,
  mutated,
  period,
  prove,
  receive,
  run,
  sent,
} from './support/world.ts';

const hour = 3_600_000;

/** Machines in whose name datagrams are forged, each with some ports. */
const machines = ['10.0.0.66', '10.0.0.67', '[fe80::66]'];
const victim = fc
  .tuple(fc.constantFrom(...machines), fc.constantFrom(1, 53, 65_535))
  .map(([host, port]) => `${host}:${port}`);
const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(':'));

const friend = '10.0.0.1:1378';
const original = '10.0.0.2:1378';
const friendId = 'f'.repeat(16);

const extension = fc.record(
  {
    v: fc.constant(2),
    id: fc.constantFrom('1'.repeat(16), friendId),
    ping: fc.constant('2'.repeat(16)),
    pong: fc.constant('3'.repeat(16)),
    period: fc.constantFrom(1, 3_600_000),
    leave: fc.constant(true as const),
    guest: fc.constant(true as const),
  },
  { requiredKeys: ['v', 'id'] },
);

const event = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('discover' as const),
      from: fc.oneof(
        { weight: 3, arbitrary: victim },
        { weight: 1, arbitrary: fc.constantFrom(friend, original, '10.0.0.3:9') },
      ),
      addresses: fc.array(fc.oneof(victim, fc.constant(friend)), { maxLength: 12 }),
      extension: fc.option(extension, { nil: undefined }),
    }),
  },
  fc.record({
    type: fc.constant('announced' as const),
    address: victim,
    size: fc.integer({ min: 51, max: 200 }),
  }),
  fc.record({ type: fc.constant('spoke' as const), from: victim }),
  fc.record({ type: fc.constant('ask' as const), size: fc.integer({ min: 6, max: 100 }) }),
  fc.record({
    type: fc.constant('wait' as const),
    ms: fc.constantFrom(1, 1000, period, 5 * period, hour),
  }),
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** A cluster with a friend that returns each ping. Counts the bytes in the name of each machine, and to it. */
class Lab {
  readonly node: Cluster = cluster({ self: ['10.0.0.9:1378'], members: [friend] });
  readonly came: Map<string, number> = new Map<string, number>();
  readonly sent: Map<string, number> = new Map<string, number>();
  now = 0;
  all = 0;

  constructor() {
    this.#follow(this.node.start(0));
  }

  apply(one: Event): void {
    if (one.type === 'wait') this.wait(one.ms);
    else if (one.type === 'spoke')
      this.#follow(this.node.receiveOther({ from: one.from }, this.now));
    else if (one.type === 'ask') this.#ask(one.size);
    else if (one.type === 'announced') {
      this.#count([one.address], one.size);
      this.#follow(
        this.node.receiveAnnouncement(
          { address: one.address, local: false, id: hex(), size: one.size },
          this.now,
        ),
      );
    } else {
      const { from, addresses, extension: line } = one;
      const message = { type: 'discover', addresses, ...(line && { extension: line }) } as const;
      const size = encodeMessage(message).length;
      this.#count([from, ...addresses], size);
      this.#follow(this.node.receive({ from, message, size }, this.now));
    }
  }

  wait(ms: number): void {
    const end = this.now + ms;
    while (this.node.due <= end) {
      this.now = Math.max(this.now, this.node.due);
      this.#follow(this.node.tick(this.now));
    }
    this.now = end;
  }

  #ask(plain: number): void {
    const length = { plain, extended: plain + 33 };
    for (const { address, extended } of this.node.chooseContacts(length, this.now))
      this.#note(address, extended ? length.extended : plain);
  }

  #count(addresses: readonly string[], size: number): void {
    this.all += size;
    for (const host of new Set(addresses.map(hostOf)))
      this.came.set(host, (this.came.get(host) ?? 0) + size);
  }

  #note(to: string, size: number): void {
    const host = hostOf(to);
    if (machines.includes(host)) this.sent.set(host, (this.sent.get(host) ?? 0) + size);
  }

  #follow(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.type !== 'send') continue;
      for (const message of change.messages) {
        this.#note(change.to, encodeMessage(message).length);
        const pong = message.extension?.ping;
        if (change.to !== friend || pong === undefined) continue;
        this.#follow(
          receive(this.node, friend, { extension: { v: 2, id: friendId, pong } }, this.now),
        );
      }
    }
  }
}

describe('no sequence of forged datagrams', () => {
  it('No sequence of forged datagrams makes a node send one machine, or all together, more than three times what came in its name', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const lab = new Lab();
        for (const one of events) lab.apply(one);
        lab.wait(hour);
        for (const host of machines)
          expect(lab.sent.get(host) ?? 0).toBeLessThanOrEqual(3 * (lab.came.get(host) ?? 0));
        const sum = [...lab.sent.values()].reduce((total, bytes) => total + bytes, 0);
        expect(sum).toBeLessThanOrEqual(3 * lab.all);
      }),
      { numRuns: mutated ? 100 : 300, endOnFailure: mutated },
    );
  });
});

describe('an address that has proven nothing', () => {
  const victim = '10.0.0.66:53';
  const bytesTo = (to: string, changes: readonly Change[]): number =>
    changes
      .flatMap((change) => (change.type === 'send' && change.to === to ? change.messages : []))
      .reduce((sum, message) => sum + encodeMessage(message).length, 0);

  it('An unproven address is in no list for a peer that would greet it', () => {
    const node = cluster({ self: ['10.0.0.9:1378'] });
    prove(node, friend, friendId, 0);
    for (let i = 0; i < 5; i += 1) {
      receive(node, victim, {}, i);
      receive(node, '10.0.0.67:53', { extension: { v: 2, id: hex(), ping: hex() } }, i);
      gossip(node, friend, friendId, ['10.0.0.68:53'], i);
    }
    node.start(5);
    expect(sent(run(node, period + 5))[friend]![0]!.addresses).toEqual([friend, '10.0.0.9:1378']);
  });

  it('An address in a short list of a member is greeted with a ping, and in a long list with an id', () => {
    const node = cluster({ self: ['10.0.0.9:1378'] });
    prove(node, friend, friendId, 0);
    const few = sent(gossip(node, friend, friendId, [victim], 1))[victim]![0]!;
    expect(few.extension?.ping).toBeDefined();
    const many = Array.from({ length: 60 }, (_, n) => `10.0.1.${n}:1378`);
    const knock = sent(gossip(node, friend, friendId, many, 2))[many[0]!]![0]!;
    expect(Object.keys(knock.extension!)).toEqual(['v', 'id']);
    expect(encodeMessage(knock).length).toBe(42);
  });

  it('An address is greeted for the mention of a stranger only if it is repeated', () => {
    const node = cluster({ self: ['10.0.0.9:1378'] });
    const times: number[] = [];
    for (let now = 0; now < 2 * period; now += 1000) {
      if (bytesTo(victim, receive(node, '10.0.0.70:1', { addresses: [victim] }, now)) > 0)
        times.push(now);
    }
    // Its mention has 13 bytes, and the shortest greeting 42.
    expect(times).toEqual([3000]);
  });

  it('Nodes that do not know each other do not multiply traffic by their lists', () => {
    const a = '10.0.0.1:1378';
    const others = Array.from({ length: 10 }, (_, n) => `10.0.2.${n}:1378`);
    const nodes = new Map([a, ...others].map((self) => [self, cluster({ self: [self] })]));
    let [forged, received] = [0, 0];
    const follow = (changes: readonly Change[], from: string, now: number): void => {
      for (const change of changes) {
        if (change.type !== 'send') continue;
        const to = nodes.get(change.to);
        for (const message of change.messages) {
          if (hostOf(change.to) === machines[0]) received += encodeMessage(message).length;
          // A ping would make them acquainted, and then neither believes what is forged here.
          const { type, addresses } = message;
          if (to) follow(receive(to, from, { type, addresses }, now), change.to, now);
        }
      }
    };
    const forge = (from: string, addresses: readonly string[], now: number): void => {
      const message = { type: 'discover', addresses } as const;
      const size = encodeMessage(message).length;
      forged += size;
      follow(nodes.get(a)!.receive({ from, message, size }, now), a, now);
    };
    for (let n = 0; n < 20; n += 1) forge(`${machines[0]!}:${1000 + n}`, [], 0);
    // The node holds them for version 1 peers, and names them in lists to the forged senders.
    for (const other of others)
      forge(
        other,
        Array.from({ length: 10 }, () => a),
        1,
      );
    for (const [self, node] of nodes) follow(run(node, hour), self, hour);
    expect(received).toBeLessThanOrEqual(3 * forged);
  });

  it('A silent peer is looked for without gossip only if it was proven', () => {
    const node = cluster({ self: ['10.0.0.9:1378'] });
    prove(node, friend, friendId, 0);
    receive(node, victim, {}, 0);
    const changes = run(node, 4 * hour);
    const late = changes.filter((change) => change.type === 'send' && change.to === friend);
    expect(late.length).toBeGreaterThan(5);
    expect(bytesTo(victim, changes)).toBeLessThanOrEqual(30);
    // A forged version 1 datagram in the name of a silent peer removes its proof.
    receive(node, friend, {}, 4 * hour);
    expect(bytesTo(friend, run(node, 8 * hour))).toBeLessThanOrEqual(30);
  });
});

describe('of each datagram', () => {
  it.each(['a stranger', 'a friend'])(
    'A datagram from %s grants three bytes for each that came, and no more',
    (who) => {
      const state = initialState(
        resolveOptions({ self: ['10.0.0.9:1378'], id: hex(), newPing: hex, members: [friend] }),
      );
      const from = who === 'a friend' ? friend : '10.0.0.66:7';
      const addresses = ['10.0.0.66:1', '10.0.0.66:1', '10.0.0.67:2', '[fe80::66]:3', 'name:1'];
      const message = { type: 'discover', addresses, extension: { v: 2, id: hex() } } as const;
      const size = encodeMessage(message).length;
      const changes: Change[] = [];
      receiveDiscover(state, { from, message, size }, 0, changes);
      const strangers = changes.flatMap((change) =>
        change.type === 'send' && change.to !== friend && change.to !== 'name:1'
          ? change.messages
          : [],
      );
      const left = [...state.peers.values()].reduce(
        (sum, { allowance }) => sum + allowance.bytes,
        0,
      );
      const all = strangers.reduce((sum, each) => sum + encodeMessage(each).length, left);
      expect(all).toBeLessThanOrEqual(3 * size);
      expect(all).toBeGreaterThan(3 * size - addresses.length);
    },
  );
});

describe('a member that owes a pong', () => {
  it('A member that owes a pong for two periods gets pings, and no list until it returns one', () => {
    const node = cluster({ self: ['10.0.0.9:1378'], period: 1000 });
    prove(node, friend, friendId, 0);
    node.start(0);
    const lists = (until: number): (readonly string[])[] =>
      run(node, until).flatMap((change) =>
        change.type === 'send' && change.messages[0]!.extension?.period !== undefined
          ? [change.messages[0]!.addresses]
          : [],
      );
    expect(lists(1999)).toHaveLength(1);
    expect(lists(5500)).toEqual([]);
    const ping = sent(node.announce(5500))[friend]![0]!.extension!;
    expect(Object.keys(ping)).toEqual(['v', 'id', 'ping']);
    receive(node, friend, { extension: { v: 2, id: friendId, pong: ping.ping! } }, 5501);
    expect(sent(node.announce(5502))[friend]![0]!.addresses).toEqual([friend]);
  });

  it('A silent member is dropped within two hours of our periods, whatever period it claims', () => {
    const node = cluster({ self: ['10.0.0.9:1378'] });
    const claim: DiscoverExtension = { v: 2, id: friendId, period: hour, ping: hex() };
    const { ping } = sent(receive(node, friend, { extension: claim }, 0))[friend]![0]!.extension!;
    receive(node, friend, { extension: { v: 2, id: friendId, pong: ping! } }, 0);
    node.start(0);
    expect(run(node, 36 * period - 1)).not.toContainEqual({ type: 'left', address: friend });
    expect(run(node, 36 * period)).toContainEqual({ type: 'left', address: friend });
  });
});

describe('an announcement to the local network', () => {
  it('About two nodes answer an announcement, however many hear it', () => {
    const answers = [1, 2, 3, 10, 60].map((size) => {
      let random = 1;
      const newPing = (): string => {
        random = (random * 48_271) % 2_147_483_647;
        return (2 * random).toString(16).padStart(8, '0').padEnd(16, '0');
      };
      const node = cluster({ self: ['10.0.0.9:1378'], newPing, maxNewPerPeer: 2000 });
      for (let n = 1; n < size; n += 1) prove(node, `10.0.1.${n}:1378`, hex(), 0);
      let count = 0;
      for (let n = 0; n < 1000; n += 1) {
        const changes = node.receiveAnnouncement(
          { address: `10.0.2.3:${n + 1}`, local: false, id: hex(), size: 60 },
          1,
        );
        count += changes.filter(({ type }) => type === 'send').length;
      }
      return (count * size) / 1000;
    });
    const [one, two, three, ten, sixty] = answers;
    expect([one, two]).toEqual([1, 2]);
    for (const many of [three, ten, sixty]) {
      expect(many).toBeGreaterThan(1.5);
      expect(many).toBeLessThan(2.5);
    }
  });
});
