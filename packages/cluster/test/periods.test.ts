// Nodes with different periods.
import { describe, expect, it } from 'vitest';
import { addressesOf, at, cluster, receive, run, World } from './support/world.ts';

const [short, long] = [2000, 20_000];

describe('a node with a period of 2 s among originals with one of 20 s', () => {
  it('lists them without a gap from the first sight on, and those that they name', () => {
    const world = new World();
    const node = world.start(at(1), { period: short });
    world.advance(7000);
    // One knows the node and another original, which learns of the node in its turn.
    world.start(at(2), { protocol: 1, period: long, members: [at(1), at(3)] });
    world.advance(9000);
    world.start(at(3), { protocol: 1, period: long, members: [at(2)] });
    const seen = new Set<string>();
    for (let time = 0; time < 10 * long; time += 500) {
      world.advance(500);
      const listed = addressesOf(node);
      for (const address of seen) expect(listed).toContain(address);
      for (const address of listed) seen.add(address);
    }
    expect([...seen].sort()).toEqual([at(2), at(3)]);
  });

  it('still lets one go that is never heard again', () => {
    const node = cluster({ period: short });
    receive(node, at(2), { addresses: [at(3)] }, 0);
    run(node, 6 * 6 * short - 1);
    expect(addressesOf(node)).toEqual([at(2)]);
    run(node, 6 * 6 * short);
    expect(addressesOf(node)).toEqual([]);
  });
});

it('A node with the default period gives an original no more time than its own periods', () => {
  const node = cluster({ period: long });
  receive(node, at(2), { addresses: [at(3)] }, 0);
  run(node, 3 * long);
  expect(addressesOf(node)).toEqual([at(2)]);
  run(node, 6 * long);
  expect(addressesOf(node)).toEqual([]);
});
