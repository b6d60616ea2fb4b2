// Two nodes with one id, as after a running machine was copied, on a local network in memory.
import { expect, it } from 'vitest';
import { MemoryLan, seededBits, seededRandom } from '../../src/testing/index.ts';
import { addressesOf, at, World } from '../support/world.ts';

/** Random bits that begin with the same id for every seed. */
function clonedBits(seed: number): () => string {
  const bits = seededBits(seededRandom(seed));
  let id: string | undefined = 'c'.repeat(16);
  return () => {
    const next = id ?? bits();
    id = undefined;
    return next;
  };
}

it('Two nodes with one id that are configured with no members find each other on the local network', async () => {
  const world = new World();
  const lan = new MemoryLan(world.clock);
  const start = (port: number) =>
    world.start(port, { lan: lan.open('127.0.0.1'), random: clonedBits(port) });
  const nodes = [await start(1378), await start(1379)];
  expect(nodes[0]!.id).toBe(nodes[1]!.id);
  await world.clock.advance(5000);
  expect(nodes.map(addressesOf)).toEqual([[at(1379)], [at(1378)]]);
  await Promise.all(nodes.map((node) => node.close()));
});
