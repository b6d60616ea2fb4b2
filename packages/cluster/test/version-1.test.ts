// A node that behaves as the original.
import { describe, expect, it } from 'vitest';
import { addressesOf, at, cluster, hex, period, receive, sent, request } from './support/world.ts';

describe('a version 1 node', () => {
  it('A version 1 node learns only what lists name, sends all that it knows, and forgets nobody', () => {
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
    for (let i = 0; i < 10; i += 1) expect(node.chooseContacts(request, 1e9)).toHaveLength(2);
    expect(sent(node.leave(1e9))).toEqual({});
  });
});
