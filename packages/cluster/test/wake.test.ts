// A node that was asleep.
import { describe, expect, it } from 'vitest';
import { addressesOf, at, cluster, hex, prove, receive, run, sent } from './support/world.ts';

const minutes = 60_000;

describe('a node that wakes up', () => {
  it('Time that the node slept is nobody’s silence', () => {
    const node = cluster();
    node.start(0);
    prove(node, at(1), hex(), 0);
    run(node, 10_000);
    node.wake(20 * minutes, 10_000 + 20 * minutes);
    run(node, 21 * minutes);
    expect(addressesOf(node)).toEqual([at(1)]);
    run(node, 23 * minutes);
    expect(addressesOf(node)).toEqual([]);
  });

  it('A node that wakes up greets its members at once, and waits for members to introduce others', () => {
    const node = cluster({ members: [at(2)] });
    node.start(0);
    prove(node, at(1), hex(), 0);
    run(node, 30_000);
    const now = 30_000 + 20 * minutes;
    const woken = sent(node.wake(20 * minutes, now));
    for (const member of [at(1), at(2)])
      expect(woken[member]?.[0]?.extension?.ping).toEqual(expect.any(String));
    expect(node.hasConverged).toBe(false);
    // One that did not answer before the sleep is tried as often as at the start.
    expect(Object.keys(sent(run(node, now + 250)))).toContain(at(2));
    expect(Object.keys(sent(run(node, now + 28_000)))).toContain(at(2));
  });

  it('The round trip of a ping is not measured across a sleep', () => {
    const node = cluster();
    node.start(0);
    const id = hex();
    prove(node, at(1), id, 0);
    const { roundTrip } = node.members()[0]!;
    const [list] = sent(node.announce(1000))[at(1)]!;
    node.wake(minutes, 1000 + minutes);
    const pong = list!.extension!.ping!;
    receive(node, at(1), { extension: { v: 2, id, pong } }, 2000 + minutes);
    expect(node.members()[0]).toMatchObject({ roundTrip, heardAt: 2000 + minutes });
  });
});
