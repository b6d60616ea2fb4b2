// Nodes that join through one node in the same moment, while datagrams are lost.
import { describe, expect, it } from 'vitest';
import { addressesOf, at, World } from './support/world.ts';

/** How many members each node misses two seconds after all have started at once. */
function missing(world: World, count: number): number[] {
  world.start(at(1));
  for (let n = 2; n <= count + 1; n += 1) world.start(at(n), { members: [at(1)] });
  world.advance(2000);
  return [...world.nodes.values()].map((node) => count - addressesOf(node).length);
}

describe.each([2, 3, 10, 30])('%i nodes that join one node at once', (count) => {
  const nobodyMissed = Array.from({ length: count + 1 }, () => 0);

  it('They know each other two seconds later, although the first lists were lost', () => {
    const world = new World(
      ({ from, message, at: time }) => from === at(1) && message.addresses.length > 0 && time < 900,
    );
    expect(missing(world, count)).toEqual(nobodyMissed);
  });

  it('They know each other two seconds later, although the first proofs were lost', () => {
    const world = new World(
      ({ to, message, at: time }) =>
        to === at(1) && message.extension?.pong !== undefined && time < 900,
    );
    expect(missing(world, count)).toEqual(nobodyMissed);
  });
});

it('A hundred nodes that join one node at once know each other two seconds later', () => {
  expect(missing(new World(), 100).filter((count) => count > 0)).toEqual([]);
});

it.each([3, 10, 30])(
  'A chain of %i nodes that start at once, each of which knows only the one before it, knows all two seconds later',
  (count) => {
    const world = new World();
    world.start(at(1));
    for (let n = 2; n <= count; n += 1) world.start(at(n), { members: [at(n - 1)] });
    world.advance(2000);
    for (const node of world.nodes.values()) expect(addressesOf(node)).toHaveLength(count - 1);
  },
);
