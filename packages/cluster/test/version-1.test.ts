// A node that behaves as the original.
import { describe, expect, it } from 'vitest';
import { addressesOf, at, cluster, hex, period, receive, sent, request } from './support/world.ts';

describe('a version 1 node', () => {
  it('A version 1 node learns only what lists name, sends all that it knows in each period from the first on, and forgets nobody', () => {
    const node = cluster({ protocol: 1, members: [at(1)] });
    expect(sent(node.start(0))).toEqual({});
    const learned = receive(
      node,
      at(2),
      { addresses: [at(3), at(0)], extension: { v: 2, id: hex(), ping: hex() } },
      10,
    );
    expect(sent(learned)).toEqual({});
    expect(addressesOf(node)).toEqual([at(1), at(3)]);
    for (let i = 1; i <= 100; i += 1) {
      expect(node.due).toBe(i * period);
      const round = sent(node.tick(i * period));
      expect(round[at(3)]).toEqual([{ type: 'discover', addresses: [at(1), at(3)] }]);
    }
    for (let i = 0; i < 10; i += 1) expect(node.chooseContacts(request, 1e9)).toHaveLength(2);
    expect(sent(node.leave(1e9))).toEqual({});
  });

  it('A version 1 node sends nothing to an address that is announced, before the next period', () => {
    const node = cluster({ protocol: 1 });
    node.start(0);
    const announced = { address: at(5), local: true, id: hex(), size: 200 };
    expect(sent(node.receiveAnnouncement(announced, 10))).toEqual({});
    expect(Object.keys(sent(node.tick(period)))).toEqual([at(5)]);
  });

  it('A version 1 node sends its list in one datagram of up to 2,048 bytes', () => {
    const members = Array.from({ length: 300 }, (_, n) => at(n));
    const node = cluster({ protocol: 1, members });
    node.start(0);
    const parts = sent(node.tick(period))[at(1)]!;
    const lengths = parts.map(({ addresses }) => `DISCOVER,${addresses.join()}\n`.length);
    expect(lengths.every((length) => length <= 2048)).toBe(true);
    expect(lengths[0]).toBeGreaterThan(2030);
    expect(parts.flatMap(({ addresses }) => addresses)).toHaveLength(299);
  });
});
