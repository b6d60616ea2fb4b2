// A node's own datagrams that somebody sends back to it in the name of a member.
import { describe, expect, it } from 'vitest';
import {
  addressesOf,
  at,
  cluster,
  hex,
  period,
  receive,
  run,
  sent,
  World,
} from './support/world.ts';

describe('a ping that is sent back in the name of its receiver', () => {
  it('Replaying a DISCOVER from the address of a heard member does not evict it', () => {
    const node = cluster({ id: hex(), members: [at(1)] });
    const first = sent(node.start(0))[at(1)]![0]!;
    const { ping } = first.extension!;
    receive(node, at(1), { extension: { v: 2, id: hex(), pong: ping! } }, 1);
    const second = sent(run(node, period))[at(1)]![0]!;
    receive(node, at(1), second, period + 1);
    expect(node.members()).toMatchObject([{ address: at(1), state: 'heard' }]);
    const original = cluster({ id: hex(), members: [at(1)] });
    const started = sent(original.start(0))[at(1)]![0]!;
    receive(original, at(1), {}, 1);
    receive(original, at(1), started, 2);
    expect(original.members()).toMatchObject([{ address: at(1), state: 'heard' }]);
  });

  it('Replaying a DISCOVER before the member returns the ping does not evict it', () => {
    const node = cluster({ id: hex(), members: [at(1)] });
    const started = sent(node.start(0))[at(1)]![0]!;
    receive(node, at(1), started, 1);
    expect(addressesOf(node)).toEqual([]);
    receive(node, at(1), { extension: { v: 2, id: hex(), pong: started.extension!.ping! } }, 2);
    expect(node.members()).toMatchObject([{ address: at(1), state: 'heard' }]);
  });

  it('One replayed DISCOVER hides a silent configured member for two periods at most', () => {
    const node = cluster({ id: hex(), members: [at(1)] });
    receive(node, at(1), sent(node.start(0))[at(1)]![0]!, 1);
    expect(addressesOf(node)).toEqual([]);
    run(node, 2 * period);
    expect(addressesOf(node)).toEqual([at(1)]);
  });

  it('Replaying every ping does not evict a member that speaks for itself', () => {
    const world = new World();
    const node = world.start(at(0), { members: [at(1), at(2)] });
    const replay = (until: number): void => {
      for (let seen = 0; world.now < until; world.advance(1)) {
        for (; seen < world.log.length; seen += 1) {
          const { from, to, message } = world.log[seen]!;
          if (from === at(0)) world.send(to, at(0), message);
        }
      }
    };
    replay(period / 2);
    expect(addressesOf(node)).toEqual([]);
    world.start(at(1), { members: [at(0)] });
    world.start(at(2), { protocol: 1, members: [at(0)] });
    replay(4 * period);
    expect(addressesOf(node)).toEqual([at(1), at(2)]);
  });

  it('A configured address of the node itself stays hidden while its pings come back', () => {
    const id = hex();
    const node = cluster({ id, members: [at(1), at(9)] });
    const pingOwn = (changes: ReturnType<typeof run>, now: number): void => {
      for (const message of sent(changes)[at(9)] ?? []) receive(node, at(9), message, now);
    };
    pingOwn(node.start(0), 1);
    for (let now = period; now < 10 * period; now += period) {
      const changes = run(node, now);
      expect(changes.filter(({ type }) => type !== 'send')).not.toContainEqual(
        expect.objectContaining({ address: at(9) }),
      );
      pingOwn(changes, now + 1);
      expect(addressesOf(node)).toEqual([at(1)]);
    }
    // The address becomes another machine's.
    run(node, 12 * period);
    expect(addressesOf(node)).toEqual([at(1), at(9)]);
  });

  it('An address from gossip that was taken for the node itself is forgotten in the end', () => {
    const node = cluster({ id: hex(), members: [at(1)] });
    const greeting = sent(receive(node, at(1), { addresses: [at(9)] }, 0))[at(9)]![0]!;
    node.start(0);
    receive(node, at(9), greeting, 1);
    expect(node.isSelf(at(9))).toBe(true);
    run(node, 102 * period);
    expect(node.isSelf(at(9))).toBe(false);
  });
});
