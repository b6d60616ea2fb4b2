import { encodeMessage, type DiscoverExtension } from '@peerlane/protocol';
import { describe, expect, it } from 'vitest';
import { at, cluster, hex, period, prove, receive, run, sent } from './world.ts';

const far = (n: number): string => `[fe80::${n}]:1378`;

describe('an answer', () => {
  it('to version 1 is the list, once in a period, to who was not heard', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    const answerAt = (now: number, addresses = [at(7), at(8), at(9)]) =>
      sent(receive(node, at(2), { addresses }, now))[at(2)];
    expect(answerAt(1)).toEqual([{ type: 'discover', addresses: [at(1), at(2)] }]);
    expect(answerAt(2)).toBeUndefined();
    // A peer that was heard knows the list from each period.
    expect(answerAt(period + 1)).toBeUndefined();
    run(node, 8 * period);
    expect(answerAt(8 * period)).toHaveLength(1);
  });

  it('to version 2 holds the pong, a ping where that is not proven, and all about us where it fits', () => {
    const id = hex();
    const node = cluster({ id, name: 'kitchen', tcp: 33_680 });
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
    // The list was told; whoever is not proven is pinged again, with the same ping.
    const short = { type: 'discover', addresses: [] };
    expect(ask({ ping: pong }, 1)).toStrictEqual({ ...short, extension: { v: 2, id, ping, pong } });
    expect(ask({ pong: ping! }, 2)).toBeUndefined();
    expect(ask({ ping: pong }, 3)).toStrictEqual({ ...short, extension: { v: 2, id, pong } });
    // Another start of the node is a newcomer again, when it was not told in this period.
    expect(ask({ id: hex() }, 4)).toBeUndefined();
    const again = ask({ id: hex() }, period, 40)!;
    expect(Object.keys(again.extension!).sort()).toEqual(['id', 'ping', 'v']);
  });

  it('comes without a ping of theirs too, but not to the pong that proves them', () => {
    const node = cluster();
    const [hello] = sent(receive(node, far(1), { addresses: [far(2)] }, 0))[far(2)]!;
    const { ping } = hello!.extension!;
    const id = hex();
    expect(sent(receive(node, far(2), { extension: { v: 2, id, pong: ping! } }, 1))).toEqual({});
    expect(node.members()[1]).toMatchObject({ state: 'heard', roundTrip: 1 });
    const answer = sent(receive(node, far(3), { extension: { v: 2, id: hex() } }, 2))[far(3)];
    expect(answer?.[0]).toMatchObject({ addresses: [far(1)] });
    expect(answer?.[0]?.extension?.ping).toBeDefined();
  });

  it('tells how long a ping took, unless it was sent again', () => {
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

  it('shows what the peer says of itself, and keeps it where the next says less', () => {
    const node = cluster({ period: 1000 });
    const id = hex();
    const about = { name: 'kitchen', tcp: 5, period: 10_000 };
    const first = receive(node, at(1), { extension: { v: 2, id, ping: hex(), ...about } }, 0);
    const { ping } = sent(first)[at(1)]![0]!.extension!;
    receive(node, at(1), { extension: { v: 2, id, pong: ping! } }, 0);
    expect(node.members()).toMatchObject([{ name: 'kitchen', version: 2 }]);
    // In the name of a peer that is heard nothing else is believed.
    receive(node, at(1), { extension: { v: 2, id, name: 'cellar' } }, 1);
    expect(node.members()).toMatchObject([{ name: 'kitchen' }]);
    run(node, 59_999);
    expect(node.members()).toHaveLength(1);
    run(node, 60_000);
    expect(node.members()).toHaveLength(0);
  });
});

describe('a Get or a File', () => {
  it('of a version 2 peer proves nothing, but makes us ping it', () => {
    const node = cluster();
    receive(node, at(1), { extension: { v: 2, id: hex() } }, 0);
    expect(Object.keys(sent(node.spoke(at(1), 1)))).toEqual([at(1)]);
    expect(node.members()).toMatchObject([{ state: 'announced' }]);
    prove(node, at(1), hex(), 2);
    expect(node.spoke(at(1), 3)).toEqual([]);
    expect(node.members()).toMatchObject([{ heardAt: 2 }]);
    const original = cluster({ protocol: 1, members: [at(1)] });
    original.spoke(at(1), 3);
    expect(original.members()).toMatchObject([{ heardAt: undefined }]);
  });
});

describe('a datagram', () => {
  const longName = 'x'.repeat(64);
  const host = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}:65535`;

  it('of a long list fits 1200 bytes, our own address included', () => {
    const members = Array.from({ length: 500 }, (_, n) => far(n + 10));
    const node = cluster({ members, name: longName, ownAddress: () => host });
    node.start(0);
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

  it('to who may not be there tells neither of loopback nor of who has been silent', () => {
    const node = cluster();
    receive(node, far(1), {}, 0);
    receive(node, at(1), {}, 2 * period);
    receive(node, far(3), {}, 2 * period);
    const changes = receive(node, far(3), { addresses: [far(4)] }, 2 * period);
    expect(sent(changes)[far(4)]![0]!.addresses).toEqual([far(3)]);
    const local = receive(node, at(1), { addresses: [at(2)] }, 2 * period);
    expect(sent(local)[at(2)]![0]!.addresses).toEqual([at(1), far(3)]);
  });

  it('to who may not be there fits 512 bytes, and is used well', () => {
    const members = Array.from({ length: 500 }, (_, n) => far(n + 10));
    const node = cluster({ members });
    const [hello] = sent(receive(node, at(1), { addresses: [far(1)] }, 0))[far(1)]!;
    const size = encodeMessage(hello!).length;
    expect(size).toBeLessThanOrEqual(512);
    expect(size).toBeGreaterThan(440);
    const own = cluster({ members, name: '\u{1F984}'.repeat(64), ownAddress: () => host });
    own.start(0);
    receive(own, far(2), { addresses: [far(1)] }, 0);
    const [late] = sent(run(own, period))[far(1)]!;
    expect(encodeMessage(late!).length).toBeLessThanOrEqual(512);
  });

  it('names us to who is silent, where it can reach us by that address', () => {
    const local = cluster({ members: [at(1), far(1)] });
    local.start(0);
    const round = sent(local.tick(period));
    expect(round[at(1)]![0]!.addresses).toContain(at(0));
    expect(round[far(1)]![0]!.addresses).not.toContain(at(0));
    const unknown = cluster({ members: [far(1)], ownAddress: () => undefined });
    unknown.start(0);
    expect(sent(unknown.tick(period))[far(1)]![0]!.addresses).toEqual([far(1)]);
    const hello = cluster({ self: [far(0)] });
    hello.start(0);
    receive(hello, far(2), { addresses: [far(1)] }, 0);
    const [late] = sent(hello.tick(period))[far(1)]!;
    expect(late!.addresses).toEqual([far(0), far(2)]);
  });
});
