// Nodes that have the `id` of another: copied by an attacker, or with all of a running machine.
import { describe, expect, it } from 'vitest';
import {
  addressesOf,
  at,
  cluster,
  hex,
  period,
  prove,
  receive,
  sent,
  World,
} from './support/world.ts';

describe('an attacker that copies the id of an honest newcomer', () => {
  const honest = '127.0.0.6:1378';

  it('hides it from nobody by a datagram', () => {
    const node = cluster({ members: [at(1)] });
    const id = hex();
    receive(node, at(1), { extension: { v: 2, id } }, 0);
    receive(node, at(9), { extension: { v: 2, id } }, 0);
    prove(node, honest, id, 1);
    expect(addressesOf(node)).toEqual([at(1), at(9), honest]);
  });

  it.each([
    ['another machine', '127.0.0.5:1378'],
    ['another port of its machine', '127.0.0.6:1379'],
    ['another port of the machine of the node', at(9)],
  ])('hides it from nobody by proving that id at %s first', (_, attacker) => {
    const node = cluster();
    const id = hex();
    prove(node, attacker, id, 0);
    prove(node, honest, id, 1);
    expect(addressesOf(node)).toEqual([attacker, honest]);
  });
});

describe('two nodes with one id, since a running machine was copied', () => {
  it('see each other, and a third one sees both', () => {
    const world = new World();
    const id = hex();
    world.start(at(1), { id });
    world.start(at(2), { id, members: [at(1)] });
    world.start(at(3), { members: [at(1), at(2)] });
    world.advance(3 * period);
    for (const own of [at(1), at(2), at(3)]) {
      const others = [at(1), at(2), at(3)].filter((address) => address !== own);
      const members = world.nodes.get(own)!.members();
      expect(members.map(({ address }) => address).sort()).toEqual(others);
      expect(members.every(({ state }) => state === 'heard')).toBe(true);
    }
  });

  it('notice when the other one leaves', () => {
    const world = new World();
    const id = hex();
    world.start(at(1), { id });
    world.start(at(2), { id, members: [at(1)] });
    world.advance(period);
    world.stop(at(2));
    world.advance(5000);
    expect(addressesOf(world.nodes.get(at(1))!)).toEqual([]);
  });

  it('A node that meets itself under a new address still takes it for its own, however often its pings come', () => {
    const id = hex();
    const node = cluster({ id, members: [at(1)] });
    const told = sent(receive(node, at(1), { addresses: [at(9)] }, 0))[at(9)]![0]!;
    for (const later of [1, 2, 3 * period, 5 * period]) {
      receive(node, at(9), told, later);
      expect(addressesOf(node)).toEqual([at(1)]);
      node.tick(later);
    }
  });
});
