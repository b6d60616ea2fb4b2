import { describe, expect, it } from 'vitest';
import { addressesOf, at, cluster, hex, period, receive } from './world.ts';

describe('requests', () => {
  it('go to everyone listed and once to quiet ones, not to guests', () => {
    const node = cluster({ members: [at(1)] });
    receive(node, at(2), {}, 0);
    receive(node, at(3), { extension: { v: 2, id: hex(), guest: true } }, 0);
    expect(addressesOf(node)).toEqual([at(1), at(2)]);
    while (node.due <= 7 * period) node.tick(node.due);
    expect(addressesOf(node)).toEqual([at(1)]);
    expect(node.contacts(7 * period)).toEqual([
      { address: at(1), version: 1, quiet: false },
      { address: at(2), version: 1, quiet: true },
    ]);
    expect(node.askAgain(at(1), 7 * period)).toMatchObject({ address: at(1) });
    expect(node.askAgain(at(9), 7 * period)).toBeUndefined();
  });

  it('give priority to who answered, and remember how fast', () => {
    const node = cluster({ members: [at(1), at(2)] });
    expect(node.hasPriority(at(1))).toBe(false);
    node.answered(at(1), 100);
    node.answered(at(1), 50);
    node.answered(at(9), 50);
    expect(node.hasPriority(at(1))).toBe(true);
    expect(node.hasPriority(at(2))).toBe(false);
    expect(node.answersIn(at(1))).toBe(75);
    expect(node.answersIn(at(2))).toBe(Infinity);
  });

  it('from a quiet peer end its quiet', () => {
    const node = cluster();
    receive(node, at(1), {}, 0);
    while (node.due <= 6 * period) node.tick(node.due);
    expect(addressesOf(node)).toEqual([]);
    node.spoke(at(1), 7 * period);
    expect(addressesOf(node)).toEqual([at(1)]);
    node.spoke(at(2), 7 * period);
    expect(addressesOf(node)).toEqual([at(1)]);
  });
});
