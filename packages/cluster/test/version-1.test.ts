// A node that behaves as the original.
import { encodeMessage } from '@peerlane/protocol';
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

  it('A version 1 node sends its first list after a period', () => {
    const node = cluster({ protocol: 1, members: [at(1)] });
    node.start(0);
    expect(node.due).toBe(period);
    expect(sent(node.tick(period))).toEqual({
      [at(1)]: [{ type: 'discover', addresses: [at(1)] }],
    });
  });

  it('A guest of version 1 sends its list at once, as it would be gone after a period', () => {
    const node = cluster({ protocol: 1, guest: true, members: [at(1)] });
    expect(Object.keys(sent(node.start(0)))).toEqual([at(1)]);
  });

  it('A version 1 node sends a list of up to 2,048 bytes in one datagram', () => {
    const listOf = (count: number): number[] => {
      const members = Array.from({ length: count }, (_, n) => `127.0.0.1:${1000 + n}`);
      const node = cluster({ protocol: 1, self: ['127.0.0.1:9999'], members });
      node.start(0);
      const messages = sent(node.tick(period))[members[0]!]!;
      return messages.map((message) => encodeMessage(message).length);
    };
    const most = Math.floor((2048 - 'DISCOVER\n'.length) / ',127.0.0.1:1000'.length);
    expect(listOf(most)).toHaveLength(1);
    expect(listOf(most)[0]).toBeGreaterThan(2000);
    expect(listOf(most + 1)).toHaveLength(2);
  });
});
