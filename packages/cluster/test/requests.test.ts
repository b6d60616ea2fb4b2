// The peers that are asked for a file, and their priority.
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
  request,
} from './support/world.ts';

describe('requests', () => {
  it('Requests go to 256 quiet peers, first to those that have proven themselves once', () => {
    const node = cluster();
    const hours = 5 * 3_600_000;
    for (let n = 1; n <= 200; n += 1) prove(node, at(n), hex(), 0);
    const late = hours - 20 * period;
    run(node, late);
    for (let n = 300; n <= 400; n += 1) receive(node, at(n), { addresses: [at(0)] }, late);
    run(node, hours);
    const asked = node.chooseContacts(request, hours);
    expect(asked.every(({ quiet }) => quiet)).toBe(true);
    const proven = Array.from({ length: 200 }, (_, n) => at(n + 1));
    const whole = asked.filter(({ extended }) => extended).map(({ address }) => address);
    expect(new Set(whole)).toEqual(new Set(proven));
    expect(asked).toHaveLength(256);
    for (let n = 500; n <= 600; n += 1) prove(node, at(n), hex(), hours);
    run(node, hours + 3_600_000);
    const later = node.chooseContacts(request, hours + 3_600_000);
    expect(later).toHaveLength(256);
    expect(later.filter(({ extended }) => !extended)).toEqual([]);
    const newest = Array.from({ length: 101 }, (_, n) => at(n + 500));
    expect(later.map(({ address }) => address)).toEqual(expect.arrayContaining(newest));
  });

  it('Requests go to every listed peer and once to quiet ones, not to guests', () => {
    const node = cluster({ members: [at(1)] });
    receive(node, at(2), {}, 0);
    receive(node, at(3), { extension: { v: 2, id: hex(), guest: true } }, 0);
    expect(addressesOf(node)).toEqual([at(1), at(2)]);
    while (node.due <= 7 * period) node.tick(node.due);
    expect(addressesOf(node)).toEqual([at(1)]);
    expect(node.chooseContacts(request, 7 * period)).toEqual([
      { address: at(1), version: 1, quiet: false, extended: true },
      { address: at(2), version: 1, quiet: true, extended: false },
    ]);
    expect(node.chooseContact({ address: at(1), length: request }, 7 * period)).toMatchObject({
      address: at(1),
    });
    expect(node.chooseContact({ address: at(9), length: request }, 7 * period)).toBeUndefined();
  });

  it('A peer that was first to answer has priority, and its answer time is remembered', () => {
    const node = cluster({ members: [at(1), at(2)] });
    expect(node.hasPriority(at(1))).toBe(false);
    node.recordAnswer({ from: at(1), duration: 100, first: true });
    node.recordAnswer({ from: at(1), duration: 50, first: true });
    node.recordAnswer({ from: at(9), duration: 50, first: true });
    expect(node.hasPriority(at(1))).toBe(true);
    expect(node.hasPriority(at(2))).toBe(false);
    expect(node.answerTime(at(1))).toBe(75);
    expect(node.answerTime(at(2))).toBe(Infinity);
    const stranger = [node.hasPriority(at(8)), node.answerTime(at(8)), node.isProven(at(8))];
    expect(stranger).toEqual([false, Infinity, false]);
    node.recordAnswer({ from: at(2), duration: 10, first: false });
    expect([node.answerTime(at(2)), node.hasPriority(at(2))]).toEqual([10, false]);
    node.recordAnswer({ from: at(1), duration: 75, first: false });
    expect(node.hasPriority(at(1))).toBe(true);
  });

  it('A request from a quiet peer puts it on the list again', () => {
    const node = cluster();
    receive(node, at(1), {}, 0);
    while (node.due <= 6 * period) node.tick(node.due);
    expect(addressesOf(node)).toEqual([]);
    node.receiveOther({ from: at(1) }, 7 * period);
    expect(addressesOf(node)).toEqual([at(1)]);
    node.receiveOther({ from: at(2) }, 7 * period);
    expect(addressesOf(node)).toEqual([at(1)]);
  });
});
