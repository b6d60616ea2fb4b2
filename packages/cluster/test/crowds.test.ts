// The places on the list that one machine, and version 1, can have.
import { describe, expect, it } from 'vitest';
import type { Cluster } from '../src/index.ts';
import { addressesOf, at, cluster, hex, period, prove, receive, run } from './support/world.ts';

const port = (n: number): string => `10.0.0.66:${1000 + n}`;
const far = (n: number): string => `10.0.1.${n}:1378`;

/** Makes that many ports of one machine speak version 1. */
function crowd(node: Cluster, count: number, of = port): string[] {
  const addresses = Array.from({ length: count }, (_, n) => of(n));
  for (const address of addresses) receive(node, address, {}, 0);
  return addresses;
}

describe('one machine', () => {
  it('One machine has at most 64 places on the list, and does not take those of others', () => {
    const node = cluster();
    const first = crowd(node, 64);
    const full = { type: 'full', bound: 'host', by: port(64) };
    expect(receive(node, port(64), { addresses: [far(9)] }, 0)).toEqual([full]);
    receive(node, far(1), {}, 0);
    expect(addressesOf(node)).toEqual([...first, far(1)]);
  });

  it('One machine gets no more places by being announced, or by being quiet for a while', () => {
    const node = cluster();
    receive(node, port(100), {}, 0);
    receive(node, far(1), { addresses: [port(200)] }, 5 * period);
    run(node, 6 * period);
    const now = 6 * period;
    for (let n = 0; n < 64; n += 1) receive(node, port(n), {}, now);
    for (const late of [port(100), port(200)]) {
      expect(receive(node, late, {}, now)).toContainEqual({
        type: 'full',
        bound: 'host',
        by: late,
      });
    }
    run(node, 9 * period);
    expect(addressesOf(node)).not.toContain(port(100));
    expect(addressesOf(node)).not.toContain(port(200));
    // When the others have gone, it finds its place again.
    run(node, 12 * period);
    receive(node, port(100), {}, 12 * period);
    expect(addressesOf(node)).toEqual([port(100)]);
  });

  it('A version 1 peer that never answered makes way for a peer of its machine that proves version 2', () => {
    const node = cluster();
    crowd(node, 64);
    node.recordAnswer({ from: port(0), duration: 10, first: true });
    prove(node, port(70), hex(), 0);
    const listed = addressesOf(node);
    expect(listed).toHaveLength(64);
    expect(listed).toEqual(expect.arrayContaining([port(0), port(2), port(70)]));
    expect(listed).not.toContain(port(1));
    // The peer that made way is treated like any newcomer.
    const full = { type: 'full', bound: 'host', by: port(1) };
    expect(receive(node, port(1), {}, 1)).toContainEqual(full);
  });

  it('This machine has a thousand places, and configured members have as many as there are', () => {
    const node = cluster();
    crowd(node, 1001, at);
    expect(node.members()).toHaveLength(1000);
    const full = { type: 'full', bound: 'host', by: at(1001) };
    expect(receive(node, at(1001), {}, 0)).toContainEqual(full);
    const members = Array.from({ length: 70 }, (_, n) => port(n + 100));
    const given = cluster({ members });
    crowd(given, 70, (n) => port(n + 100));
    crowd(given, 65);
    expect(given.members()).toHaveLength(70 + 64);
  });
});

describe('a list that is full', () => {
  it('On a full list a peer that proves version 2 replaces one of version 1', () => {
    const node = cluster({ maxMembers: 3, members: [far(1)] });
    for (const n of [1, 2, 3]) receive(node, far(n), {}, 0);
    receive(node, far(4), { extension: { v: 2, id: hex() } }, 0);
    expect(addressesOf(node)).toEqual([far(1), far(2), far(3)]);
    prove(node, far(4), hex(), 0);
    prove(node, far(5), hex(), 0);
    expect(addressesOf(node)).toEqual([far(1), far(4), far(5)]);
    prove(node, far(6), hex(), 0);
    expect(addressesOf(node)).toEqual([far(1), far(4), far(5)]);
    const full = { type: 'full', bound: 'members', by: far(2) };
    expect(receive(node, far(2), {}, 1)).toContainEqual(full);
  });

  it('A full list is not emptied by peers that prove nothing', () => {
    const node = cluster({ maxMembers: 2 });
    receive(node, far(1), { addresses: [far(2)] }, 0);
    for (let n = 3; n < 20; n += 1) receive(node, far(n), { extension: { v: 2, id: hex() } }, 0);
    expect(addressesOf(node)).toEqual([far(1), far(2)]);
    prove(node, far(20), hex(), 0);
    expect(addressesOf(node)).toEqual([far(1), far(20)]);
  });
});
