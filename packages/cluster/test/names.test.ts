// What a node says of itself arrives, whichever node starts first and whatever is lost.
import { expect, it } from 'vitest';
import fc from 'fast-check';
import { at, period, World } from './support/world.ts';

/** Two nodes, of which the second starts later. */
function start(later: number, mutual: boolean, isLost: () => boolean = () => false) {
  const world = new World(({ at }) => at < 3 * period && isLost());
  const members = mutual ? [at(2)] : [];
  const one = world.start(at(1), { members, name: 'one', tcpPort: 1 });
  world.advance(later);
  const two = world.start(at(2), { members: [at(1)], name: 'two', tcpPort: 2 });
  const known = () =>
    [two, one].map((node) => node.members().map(({ name, tcpPort }) => [name, tcpPort]));
  return { world, known };
}

const all = [[['one', 1]], [['two', 2]]];

it('Two nodes that are configured with each other know the names and ports of each other at once', () => {
  for (let later = 0; later < 1.5 * period; later += 97) {
    const { world, known } = start(later, true);
    world.advance(period / 4);
    expect(known(), `the second starts after ${later} ms`).toEqual(all);
  }
});

it('A name and a port arrive within some periods, whatever was lost before', () => {
  const delay = fc.integer({ min: 0, max: 2 * period });
  const losses = fc.infiniteStream(fc.integer({ min: 0, max: 9 }));
  fc.assert(
    fc.property(delay, fc.boolean(), losses, (later, mutual, stream) => {
      const { world, known } = start(later, mutual, () => stream.next().value < 3);
      world.advance(12 * period);
      expect(known()).toEqual(all);
    }),
  );
});
