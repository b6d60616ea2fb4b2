import { describe, expect, it } from 'vitest';
import { addressesOf, at, period, World } from './world.ts';

/** How many periods it takes until everyone in a world lists everyone. */
function periodsUntilComplete(world: World): number {
  const complete = (): boolean =>
    [...world.nodes].every(([self, node]) => {
      const listed = new Set(addressesOf(node));
      return [...world.nodes.keys()].every((other) => other === self || listed.has(other));
    });
  let periods = 0;
  for (; !complete() && periods < 50; periods += 1) world.advance(period);
  return periods;
}

describe('peers of version 1', () => {
  it.each([
    [1, 1, 1],
    [1, 2, 2],
    [1, 10, 3],
    [5, 5, 3],
    [20, 20, 4],
    [40, 1, 4],
  ])(
    'find everyone through one of %i nodes of version 2, %i of them within %i periods',
    (modern, originals, periods) => {
      const world = new World();
      for (let n = 0; n < modern + originals; n += 1) {
        const protocol = n < modern ? 2 : 1;
        world.start(at(n), { members: n === 0 ? [] : [at(0)], protocol });
        world.advance(100);
      }
      const p = periodsUntilComplete(world);
      console.log(modern, originals, p);
      expect(p).toBeLessThanOrEqual(50);
    },
  );
});
