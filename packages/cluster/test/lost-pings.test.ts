// Pings that get lost.
import { describe, expect, it } from 'vitest';
import { addressesOf, at, hex, period, sent, World } from './support/world.ts';

describe('a ping that does not come back', () => {
  it('A ping that is not returned is sent again after one second and after four, then not before the next period', () => {
    let deaf = false;
    const world = new World(({ to }) => deaf && to === at(2));
    world.start(at(1));
    world.start(at(2), { members: [at(1)] });
    world.advance(period - 1);
    deaf = true;
    const start = world.log.length;
    world.advance(period);
    const pings = world.log
      .slice(start)
      .filter(({ from, message }) => from === at(1) && message.extension?.pong === undefined);
    expect(pings.map((ping) => ping.at - 1 - period)).toEqual([0, 1000, 4000]);
  });

  it('A ping to a peer that was only announced is sent again once', () => {
    const world = new World();
    const node = world.start(at(1), { members: [at(3)] });
    world.send(at(3), at(1), { addresses: [at(2)], extension: { v: 2, id: hex() } });
    world.advance(period - 10);
    const hellos = world.log.filter(({ to }) => to === at(2)).map((hello) => hello.at);
    expect(hellos).toEqual([2, 1002]);
    expect(addressesOf(node)).toContain(at(2));
    expect(Object.keys(sent(node.tick(world.now)))).not.toContain(at(2));
  });

  it('Repeated pings keep a peer listed on a network that loses a third of all datagrams', () => {
    let count = 0;
    let state = 1;
    const world = new World(() => {
      state = (state * 48_271) % 2_147_483_647;
      return state % 3 === 0;
    });
    for (const n of [1, 2]) world.start(at(n), { members: n === 1 ? [] : [at(1)] });
    world.advance(2 * period);
    for (; count < 500; count += 1) {
      world.advance(period);
      expect(addressesOf(world.nodes.get(at(1))!)).toEqual([at(2)]);
    }
  });
});
