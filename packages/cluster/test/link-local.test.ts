// Members with link-local addresses.
import { describe, expect, it } from 'vitest';
import { cluster, hex, period, prove, receive, sent } from './support/world.ts';

const on = (zone: string, n: number): string => `[fe80::${n}%${zone}]:1378`;
const bare = (n: number): string => `[fe80::${n}]:1378`;

describe('a link-local address', () => {
  it('A list names it without its zone, and only to peers on the same link', () => {
    const node = cluster({ ownAddress: () => undefined, members: [on('eth0', 9)] });
    node.start(0);
    const peers = [on('eth0', 1), on('eth0', 2), on('eth1', 1), '10.0.0.1:1378'];
    for (const peer of peers) prove(node, peer, hex(), 0);
    const lists = sent(node.announce(period));
    const listed = (peer: string): unknown => lists[peer]?.flatMap(({ addresses }) => addresses);
    expect(listed(on('eth0', 1))).toEqual([bare(1), bare(2), '10.0.0.1:1378']);
    expect(listed(on('eth1', 1))).toEqual([bare(1), '10.0.0.1:1378']);
    expect(listed('10.0.0.1:1378')).toEqual(['10.0.0.1:1378']);
    // A configured peer that has not spoken also gets the configured ones.
    expect(listed(on('eth0', 9))).toEqual([bare(9), bare(1), bare(2), '10.0.0.1:1378']);
  });

  it('A newcomer is introduced only to members on its link', () => {
    const node = cluster();
    for (const peer of [on('eth0', 1), on('eth1', 2)]) prove(node, peer, hex(), 0);
    const hello = { addresses: [], extension: { v: 2, id: hex(), ping: hex() } };
    const [answer] = sent(receive(node, on('eth1', 3), hello, 0))[on('eth1', 3)]!;
    expect(answer!.addresses.every((address) => address === bare(2))).toBe(true);
  });

  it('A list that comes over a link names members of this link', () => {
    const node = cluster();
    receive(node, on('eth0', 1), { addresses: [bare(2), '10.0.0.1:1378'] }, 0);
    expect(node.members().map(({ address }) => address)).toEqual([
      on('eth0', 1),
      on('eth0', 2),
      '10.0.0.1:1378',
    ]);
  });

  it('A node names its own address to a silent member without its zone', () => {
    const node = cluster({ members: [on('eth0', 1)], ownAddress: () => on('eth0', 7) });
    node.start(0);
    const [list] = sent(node.announce(period))[on('eth0', 1)]!;
    expect(list!.addresses).toContain(bare(7));
  });

  it('A node of version 1 never sends a zone either', () => {
    const node = cluster({ protocol: 1, members: [on('eth0', 1), on('eth0', 2), '10.0.0.1:1378'] });
    node.start(0);
    const lists = sent(node.tick(20_000));
    expect(lists[on('eth0', 1)]![0]!.addresses).toEqual([bare(1), bare(2), '10.0.0.1:1378']);
    expect(lists['10.0.0.1:1378']![0]!.addresses).toEqual(['10.0.0.1:1378']);
  });
});
