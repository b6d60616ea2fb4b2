// What a node sends in a period, whatever one machine claims.
import { encodeMessage, maxListBytes, type DiscoverMessage } from '@peerlane/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change, Cluster } from '../src/index.ts';
import { maxIntroductions, maxListDatagrams } from '../src/send-budget.ts';
import { cluster, hex, mutated, period, run, sent } from './support/world.ts';

/** The most bytes of lists that a node sends in a period: the README says so. */
const listBytes = (maxListDatagrams + maxIntroductions) * maxListBytes;

/** The most bytes of a ping, with this node's own address. */
const pingBytes = 120;

/** An attacker with as many addresses as it wants, and a count of the bytes of both sides. */
class Attack {
  readonly node: Cluster;
  readonly ids: Map<string, string> = new Map<string, string>();
  received = 0;
  sent = 0;

  constructor(node: Cluster) {
    this.node = node;
  }

  /** Sends in the name of an address. Returns the ping that came back, if any. */
  say(from: string, message: Partial<DiscoverMessage>, now: number): string | undefined {
    const whole: DiscoverMessage = { type: 'discover', addresses: [], ...message };
    const size = encodeMessage(whole).length;
    this.received += size;
    const changes = this.count(this.node.receive({ from, message: whole, size }, now));
    return sent(changes)[from]?.[0]?.extension?.ping;
  }

  /** Proves that somebody is at an address, with any id. */
  prove(from: string, id: string, now: number): void {
    this.ids.set(from, id);
    const ping = this.say(from, { extension: { v: 2, id, ping: hex() } }, now);
    if (ping !== undefined) this.say(from, { extension: { v: 2, id, pong: ping } }, now);
  }

  /** Lets time pass, and returns each ping if the attacker answers. */
  pass(until: number, answers: boolean): void {
    while (this.node.due <= until) {
      const now = this.node.due;
      for (const change of this.count(this.node.tick(now))) {
        const [id, ping] =
          change.type === 'send'
            ? [this.ids.get(change.to), change.messages[0]?.extension?.ping]
            : [];
        if (!answers || change.type !== 'send' || id === undefined || ping === undefined) continue;
        this.say(change.to, { extension: { v: 2, id, pong: ping } }, now);
      }
    }
  }

  count(changes: Change[]): Change[] {
    for (const change of changes) {
      if (change.type !== 'send') continue;
      for (const message of change.messages) this.sent += encodeMessage(message).length;
    }
    return changes;
  }
}

const claimed = (n: number): string => `10.1.${n >> 8}.${n & 255}:1378`;
const count = mutated ? 100 : 4000;

/** What may be sent in a period with so many members, besides three times what was received. */
const bound = (members: number): number => listBytes + 3 * members * pingBytes;

describe('one machine that claims 4,000 members', () => {
  it('by answering in the names of all of them makes a node send 4.8 MB of lists and a few pings at most', () => {
    const attack = new Attack(cluster());
    attack.node.start(0);
    for (let n = 0; n < count; n += 1) attack.prove(claimed(n), hex(), 1);
    expect(attack.node.members()).toHaveLength(count);
    expect(attack.sent).toBeLessThanOrEqual(listBytes + 3 * attack.received);
    for (let round = 1; round <= 3; round += 1) {
      attack.sent = attack.received = 0;
      attack.pass(round * period + 10_000, true);
      expect(attack.sent).toBeLessThanOrEqual(bound(count) + 3 * attack.received);
      // All of them are still pinged.
      expect(attack.node.members()).toHaveLength(count);
    }
  });

  it('by naming or forging them makes a node send three times what it sent at most', () => {
    const attack = new Attack(cluster({ maxNewPerPeer: count }));
    attack.node.start(0);
    for (let n = 0; n < count; n += 100) {
      const addresses = Array.from({ length: 100 }, (_, i) => claimed(n + i));
      attack.say('127.0.0.9:1', { addresses }, 1);
    }
    for (let n = 0; n < count; n += 1) attack.say(claimed(count + n), {}, 2);
    for (let n = 0; n < count; n += 1)
      attack.say(claimed(2 * count + n), { extension: { v: 2, id: hex(), ping: hex() } }, 3);
    attack.pass(3 * period, false);
    expect(attack.sent).toBeLessThanOrEqual(3 * attack.received);
  });

  it('by naming them makes a node of version 1 send 3,000 datagrams in a period at most', () => {
    const attack = new Attack(cluster({ protocol: 1, self: ['10.9.9.9:1378'] }));
    attack.node.start(0);
    for (let n = 0; n < count; n += 100) {
      const addresses = Array.from({ length: 100 }, (_, i) => claimed(n + i));
      attack.say('10.9.9.8:1378', { addresses }, 1);
    }
    expect(attack.node.members()).toHaveLength(count);
    attack.sent = 0;
    attack.pass(period + 1, false);
    expect(attack.sent).toBeLessThanOrEqual(maxListDatagrams * 2048);
  });

  it('by taking a new id with each datagram is introduced to others only a few times in a period', () => {
    const attack = new Attack(cluster());
    attack.node.start(0);
    for (let n = 0; n < 100; n += 1) attack.prove(claimed(n), hex(), 1);
    attack.sent = attack.received = 0;
    for (let n = 0; n < count; n += 1) attack.prove('10.9.9.9:1378', hex(), 2);
    expect(attack.sent).toBeLessThanOrEqual(128 * maxListBytes + 3 * attack.received);
  });

  it('keeps no honest newcomer from being told of others', () => {
    const attack = new Attack(cluster());
    attack.node.start(0);
    for (let n = 0; n < 300; n += 1) attack.prove('10.9.9.9:1378', hex(), 2);
    attack.prove('10.1.0.1:1378', hex(), 3);
    const id = hex();
    const [from, honest] = ['10.1.0.2:1378', attack.node];
    const message = { type: 'discover' as const, addresses: [], extension: { v: 2, id } };
    const { ping } = sent(honest.receive({ from, message, size: 400 }, 4))[from]![0]!.extension!;
    const proof = { ...message, extension: { v: 2, id, pong: ping! } };
    const told = sent(honest.receive({ from, message: proof, size: 90 }, 5))[from]![0]!;
    expect(told.addresses).toContain('10.1.0.1:1378');
  });
});

const action = fc.record({
  kind: fc.constantFrom('prove' as const, 'name' as const, 'forge' as const, 'wait' as const),
  from: fc.nat(3000),
  times: fc.integer({ min: 1, max: 400 }),
  answers: fc.boolean(),
});

it('Whatever one machine claims, the bytes that a node sends in a period stay below the bound', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 12 }), (actions) => {
      const attack = new Attack(cluster());
      attack.node.start(0);
      let now = 1;
      for (const { kind, from, times, answers } of actions) {
        const all = Array.from({ length: times }, (_, i) => claimed(from + i));
        if (kind === 'wait') attack.pass((now += times * 100), answers);
        else if (kind === 'name') attack.say(claimed(from), { addresses: all }, now);
        else
          for (const each of all) {
            if (kind === 'prove') attack.prove(each, hex(), now);
            else attack.say(each, {}, now);
          }
      }
      const periods = Math.ceil(now / period) + 1;
      const most = periods * bound(attack.node.members().length);
      expect(attack.sent).toBeLessThanOrEqual(most + 3 * attack.received);
    }),
    { numRuns: mutated ? 5 : 20 },
  );
});

describe('a cluster that is larger than the bound', () => {
  it('tells each member a part of the list in a period, and every part in the end', () => {
    const node = cluster();
    node.start(0);
    const attack = new Attack(node);
    for (let n = 0; n < 1000; n += 1) attack.prove(claimed(n), hex(), 1);
    const told = new Set<string>();
    const rounds = mutated ? 2 : 40;
    for (let round = 1; round <= rounds; round += 1) {
      const now = round * period;
      run(node, now - 1);
      const lists = sent(node.tick(now));
      expect(lists[claimed(7)]!.length).toBeLessThan(16);
      for (const { addresses } of lists[claimed(7)]!) for (const each of addresses) told.add(each);
      for (const [address, [first]] of Object.entries(lists)) {
        const pong = first!.extension!.ping!;
        attack.say(address, { extension: { v: 2, id: attack.ids.get(address)!, pong } }, now);
      }
    }
    if (!mutated) expect(told.size).toBeGreaterThan(990);
  });

  it('A cluster of 370 tells each member the whole list', () => {
    const node = cluster();
    const attack = new Attack(node);
    node.start(0);
    for (let n = 0; n < 370; n += 1) attack.prove(claimed(n), hex(), 1);
    run(node, period - 1);
    for (const messages of Object.values(sent(node.tick(period))))
      expect(messages.flatMap(({ addresses }) => addresses).length).toBeGreaterThanOrEqual(370);
  });
});
