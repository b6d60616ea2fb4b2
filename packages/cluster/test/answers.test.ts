// The answers to DISCOVERs, Gets and Files, and the contents of a datagram.
import { encodeMessage, type DiscoverExtension } from '@peerlane/protocol';
import { describe, expect, it } from 'vitest';
import { at, cluster, hex, period, prove, receive, run, sent } from './support/world.ts';

const far = (n: number): string => `[fe80::${n}]:1378`;

describe('an answer', () => {
  it('A version 1 peer that was not heard is answered with the list, once in a period', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    const answerAt = (now: number, addresses = [at(7), at(8), at(9)]) =>
      sent(receive(node, at(2), { addresses }, now))[at(2)];
    expect(answerAt(1)).toEqual([{ type: 'discover', addresses: [at(1)] }]);
    expect(answerAt(2)).toBeUndefined();
    // A peer that was heard knows the list from each period.
    expect(answerAt(period + 1)).toBeUndefined();
    run(node, 8 * period);
    expect(answerAt(8 * period)).toHaveLength(1);
  });

  it('A version 2 peer is answered with its pong, a ping if it is not proven, and our description if that fits', () => {
    const id = hex();
    const node = cluster({ id, name: 'kitchen', tcpPort: 33_680 });
    const theirs = hex();
    const ask = (extension: Partial<DiscoverExtension>, now: number, size = 200) => {
      const message = {
        type: 'discover' as const,
        addresses: [],
        extension: { v: 2, id: theirs, ...extension },
      };
      return sent(node.receive({ from: at(1), message, size }, now))[at(1)]?.[0];
    };
    const pong = hex();
    const about = { v: 2, id, period, name: 'kitchen', tcp: 33_680 };
    const first = ask({ ping: pong }, 0)!;
    const { ping } = first.extension!;
    expect(first).toStrictEqual({
      type: 'discover',
      addresses: [],
      extension: { ...about, ping, pong },
    });
    // The list was sent once. A peer that is not proven is pinged again, with the same ping.
    const short = { type: 'discover', addresses: [] };
    const whole = { ...short, extension: { ...about, ping, pong } };
    expect(ask({ ping: pong }, 1)).toStrictEqual(whole);
    expect(ask({ pong: ping! }, 2)).toBeUndefined();
    const again = { ...short, extension: { ...about, pong } };
    const brief = { ...short, extension: { v: 2, id, pong } };
    expect(ask({ ping: pong }, 3)).toStrictEqual(again);
    expect(ask({ ping: pong }, 4)).toStrictEqual(brief);
    // What a pong said may be lost.
    expect(ask({ ping: pong }, 6 * period + 2)).toStrictEqual(brief);
    expect(ask({ ping: pong }, 6 * period + 3)).toStrictEqual(again);
    expect(ask({ ping: pong }, 6 * period + 4)).toStrictEqual(brief);
    // Another start of the node has to prove itself again.
    const restarted = ask({ id: hex() }, 6 * period + 5)!;
    expect(Object.keys(restarted.extension!).sort()).toEqual([
      'id',
      'name',
      'period',
      'ping',
      'tcp',
      'v',
    ]);
    const little = ask({ id: hex() }, 7 * period, 40)!;
    expect(Object.keys(little.extension!).sort()).toEqual(['id', 'ping', 'v']);
  });

  it('A DISCOVER without a ping is answered too, but the pong that proves its sender is not', () => {
    const node = cluster({ members: [far(1)] });
    const [greeting] = sent(receive(node, far(1), { addresses: [far(2)] }, 0))[far(2)]!;
    const { ping } = greeting!.extension!;
    const id = hex();
    expect(sent(receive(node, far(2), { extension: { v: 2, id, pong: ping! } }, 1))).toEqual({});
    expect(node.members()[1]).toMatchObject({ state: 'heard', roundTrip: 1 });
    const answer = sent(receive(node, far(3), { extension: { v: 2, id: hex() } }, 2))[far(3)];
    // A configured peer is in no list for a peer that would greet it, unless it has proven itself.
    expect(answer?.[0]).toMatchObject({ addresses: [far(2)] });
    expect(answer?.[0]?.extension?.ping).toBeDefined();
  });

  it('The pong that proves a peer is answered with proven members, at most once in a period', () => {
    const id = hex();
    const node = cluster({ id, members: [far(1)], name: 'kitchen' });
    prove(node, far(2), hex(), 0);
    const theirs = hex();
    const proves = (now: number, extension: Partial<DiscoverExtension> = {}) => {
      const [asked] = sent(
        receive(node, far(3), { extension: { v: 2, id: theirs, ping: hex() } }, now),
      )[far(3)]!;
      const line = { v: 2, id: theirs, pong: asked!.extension!.ping!, ...extension };
      return sent(receive(node, far(3), { extension: line }, now))[far(3)];
    };
    const about = { v: 2, id, period, name: 'kitchen' };
    // The configured peer has not proven itself, and is in no list for a peer that would greet it.
    expect(proves(0)).toEqual([{ type: 'discover', addresses: [far(2)], extension: about }]);
    run(node, 7 * period);
    prove(node, far(4), hex(), 7 * period);
    const pong = hex();
    const again = proves(7 * period, { ping: pong });
    expect(again).toEqual([
      { type: 'discover', addresses: [far(4)], extension: { ...about, pong } },
    ]);
  });

  it('A round trip is measured unless the ping was sent again', () => {
    const node = cluster();
    const id = hex();
    const first = sent(receive(node, at(1), { extension: { v: 2, id, ping: hex() } }, 100));
    const { ping } = first[at(1)]![0]!.extension!;
    receive(node, at(1), { extension: { v: 2, id, pong: ping! } }, 107);
    expect(node.members()).toMatchObject([{ roundTrip: 7 }]);
    node.start(200);
    const lost = sent(node.announce(300))[at(1)]![0]!.extension!.ping!;
    receive(node, at(1), { extension: { v: 2, id, pong: lost } }, 900);
    expect(node.members()).toMatchObject([{ roundTrip: 7, heardAt: 900 }]);
  });

  it('A member shows what it says of itself, and keeps what a later DISCOVER leaves out', () => {
    const node = cluster({ period: 1000 });
    const id = hex();
    const about = { name: 'kitchen', tcp: 5, period: 5000 };
    const first = receive(node, at(1), { extension: { v: 2, id, ping: hex(), ...about } }, 0);
    const { ping } = sent(first)[at(1)]![0]!.extension!;
    receive(node, at(1), { extension: { v: 2, id, pong: ping! } }, 0);
    expect(node.members()).toMatchObject([{ name: 'kitchen', version: 2 }]);
    // Nothing that is said in the name of a heard peer is believed without proof.
    receive(node, at(1), { extension: { v: 2, id, name: 'cellar' } }, 1);
    expect(node.members()).toMatchObject([{ name: 'kitchen' }]);
    run(node, 29_999);
    expect(node.members()).toHaveLength(1);
    run(node, 30_000);
    expect(node.members()).toHaveLength(0);
  });
});

describe('a Get or a File', () => {
  it('A Get or a File of a version 2 peer proves nothing, but is answered with a ping', () => {
    const node = cluster();
    receive(node, at(1), { extension: { v: 2, id: hex() } }, 0);
    expect(Object.keys(sent(node.receiveOther({ from: at(1) }, 1)))).toEqual([at(1)]);
    expect(node.members()).toMatchObject([{ state: 'announced' }]);
    prove(node, at(1), hex(), 2);
    expect(node.receiveOther({ from: at(1) }, 3)).toEqual([]);
    expect(node.members()).toMatchObject([{ heardAt: 2 }]);
    const original = cluster({ protocol: 1, members: [at(1)] });
    original.receiveOther({ from: at(1) }, 3);
    expect(original.members()).toMatchObject([{ heardAt: undefined }]);
  });
});

describe('a datagram', () => {
  const longName = 'x'.repeat(64);
  const host = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}:65535`;

  it('Each datagram of a long list fits 1200 bytes, our own address included', () => {
    const members = Array.from({ length: 300 }, (_, n) => far(n + 10));
    const node = cluster({ members, name: longName, ownAddress: () => host });
    node.start(0);
    run(node, period - 1);
    const messages = sent(node.tick(period))[far(10)]!;
    expect(messages.length).toBeGreaterThan(5);
    const sizes = messages.map((message) => encodeMessage(message).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1200);
    expect(messages.flatMap(({ addresses }) => addresses).sort()).toEqual(
      [...members, host].sort(),
    );
    expect(messages.map(({ extension }) => extension?.ping !== undefined)).toEqual(
      messages.map((_, i) => i === 0),
    );
  });

  it('The first list to a proven peer names neither loopback addresses nor silent peers', () => {
    const node = cluster();
    prove(node, far(1), hex(), 0);
    prove(node, at(1), hex(), 2 * period);
    prove(node, far(3), hex(), 2 * period);
    const told = (from: string): readonly string[] => {
      const id = hex();
      const [asked] = sent(
        receive(node, from, { extension: { v: 2, id, ping: hex() } }, 2 * period),
      )[from]!;
      const pong = asked!.extension!.ping!;
      return sent(receive(node, from, { extension: { v: 2, id, pong } }, 2 * period))[from]![0]!
        .addresses;
    };
    expect(told(far(4))).toEqual([far(3)]);
    expect(told(at(2))).toEqual([at(1), far(3), far(4)]);
  });

  it('The first list to a proven peer fits 1200 bytes, and each such list names other members', () => {
    const node = cluster({ name: longName });
    const ids = Array.from({ length: 150 }, () => hex());
    const told = ids.map((id, n): readonly string[] => {
      const from = far(n + 10);
      const [asked] = sent(receive(node, from, { extension: { v: 2, id, ping: hex() } }, 0))[from]!;
      const pong = asked!.extension!.ping!;
      const list = sent(receive(node, from, { extension: { v: 2, id, pong } }, 0))[from];
      if (!list) return [];
      expect(list).toHaveLength(1);
      expect(encodeMessage(list[0]!).length).toBeLessThanOrEqual(1200);
      return list[0]!.addresses;
    });
    expect(told[40]).toHaveLength(40);
    expect(told.at(-1)!.length).toBeGreaterThan(50);
    expect(new Set(told.slice(-5).flat()).size).toBe(150 - 1);
  });

  it('A list names us to a silent peer if it can reach us by that address', () => {
    const local = cluster({ members: [at(1), far(1)] });
    local.start(0);
    const round = sent(local.tick(period));
    expect(round[at(1)]![0]!.addresses).toContain(at(0));
    expect(round[far(1)]![0]!.addresses).not.toContain(at(0));
    const unknown = cluster({ members: [far(1)], ownAddress: () => undefined });
    unknown.start(0);
    expect(sent(unknown.tick(period))[far(1)]![0]!.addresses).toEqual([far(1)]);
    const greets = cluster({ self: ['[fe80::]:1378'] });
    greets.start(0);
    expect(
      sent(greets.addAddress({ address: far(1), local: false }, 0))[far(1)]![0]!.addresses,
    ).toEqual([]);
    expect(sent(greets.tick(period))[far(1)]![0]!.addresses).toEqual(['[fe80::]:1378']);
  });
});
