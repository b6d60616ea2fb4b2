// Nodes that restart at the address that they had, and are known there.
import { describe, expect, it } from 'vitest';
import {
  addressesOf,
  at,
  cluster,
  hex,
  period,
  prove,
  receive,
  run,
  sent,
  World,
} from './support/world.ts';

const announce = (node: ReturnType<typeof cluster>, n: number, id: string, now: number) =>
  node.receiveAnnouncement({ address: at(n), local: true, id, size: 120 }, now);

describe('a node that has restarted', () => {
  it('A restarted node gets the whole list within a second, even within one period', () => {
    const world = new World();
    world.start(at(1));
    for (const n of [2, 3, 4]) world.start(at(n), { members: [at(1)] });
    world.advance(1500);
    world.kill(at(4));
    const again = world.start(at(4), { self: [at(4)], members: [at(1)] });
    world.advance(100);
    expect(new Set(addressesOf(again))).toEqual(new Set([at(1), at(2), at(3)]));
  });

  it('A member that announces itself under a new id is pinged at once', () => {
    const node = cluster();
    const id = hex();
    prove(node, at(1), id, 0);
    expect(sent(announce(node, 1, id, 5000))).toEqual({});
    const [ping] = sent(announce(node, 1, hex(), 5000))[at(1)]!;
    expect(ping).toMatchObject({
      addresses: [],
      extension: { ping: expect.any(String) as string },
    });
  });

  it('A member that became quiet is greeted as soon as it announces itself again', () => {
    const node = cluster();
    const id = hex();
    prove(node, at(1), id, 0);
    run(node, 7 * period);
    expect(addressesOf(node)).toEqual([]);
    const [hello] = sent(announce(node, 1, id, 7 * period))[at(1)]!;
    receive(
      node,
      at(1),
      { extension: { v: 2, id, pong: hello!.extension!.ping! } },
      7 * period + 2,
    );
    expect(addressesOf(node)).toEqual([at(1)]);
  });

  it('A short announcement in the name of a member is not answered by something longer', () => {
    const node = cluster();
    prove(node, at(1), hex(), 0);
    const short = { address: at(1), local: true, id: hex(), size: 40 };
    expect(sent(node.receiveAnnouncement(short, 5000))).toEqual({});
  });
});
