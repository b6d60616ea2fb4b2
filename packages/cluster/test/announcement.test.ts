// Which announcements to the local network a node answers, so that a newcomer is greeted by a few of many.
import { describe, expect, it } from 'vitest';
import type { Cluster } from '../src/index.ts';
import { at, cluster, hex, prove, receive, run, sent, period } from './support/world.ts';

/** A cluster that draws the highest random number: it greets only where it must. */
function reluctant(): { node: Cluster; choose: () => void } {
  let isChoosing = false;
  const newPing = () => (isChoosing ? `ffffffff${hex().slice(8)}` : hex());
  const node = cluster({ newPing, ownHosts: ['127.0.0.1', '192.168.7.1'] });
  return { node, choose: () => (isChoosing = true) };
}

const greeted = (node: Cluster, now: number) =>
  at(9) in
  sent(node.receiveAnnouncement({ address: at(9), local: true, id: hex(), size: 120 }, now));

describe('an announcement to the local network', () => {
  it('A node beside one other always greets, though it hears that one at two addresses', () => {
    const { node, choose } = reluctant();
    const id = hex();
    for (const from of [at(1), '192.168.7.1:1001']) prove(node, from, id, 1);
    choose();
    expect(greeted(node, 2)).toBe(true);
  });

  it('A node may leave the greeting to others if it has several members', () => {
    const { node, choose } = reluctant();
    for (const n of [1, 2]) prove(node, at(n), hex(), 1);
    choose();
    expect(greeted(node, 2)).toBe(false);
  });

  it('Members that owe an answer and guests do not keep a node from greeting', () => {
    const { node, choose } = reluctant();
    node.start(0);
    for (const n of [1, 2]) prove(node, at(n), hex(), 1);
    run(node, period + 1);
    choose();
    expect(greeted(node, period + 1500)).toBe(true);
    const other = reluctant();
    prove(other.node, at(1), hex(), 1);
    const guest = { v: 2, id: hex(), guest: true } as const;
    const { ping } = sent(receive(other.node, at(2), { extension: { ...guest, ping: hex() } }, 1))[
      at(2)
    ]![0]!.extension!;
    receive(other.node, at(2), { extension: { ...guest, pong: ping! } }, 1);
    other.choose();
    expect(greeted(other.node, 2)).toBe(true);
  });
});
