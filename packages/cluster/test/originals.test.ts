// Version 1 peers, which cannot prove themselves, beside version 2.
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

/** The number of periods until every node of a world lists all others. */
function periodsUntilComplete(world: World): number {
  const complete = (): boolean =>
    [...world.nodes].every(([self, node]) => {
      const listed = new Set(addressesOf(node));
      return [...world.nodes.keys()].every((other) => other === self || listed.has(other));
    });
  let periods = 0;
  for (; !complete() && periods < 20; periods += 1) world.advance(period);
  return periods;
}

describe('version 1 peers', () => {
  it.each([
    [1, 1, 1],
    [2, 1, 2],
    [10, 1, 3],
    [5, 5, 3],
    [20, 20, 3],
    [1, 40, 4],
  ])(
    '%i version 1 nodes, which know one of %i others, find all of them within %i periods',
    (originals, others, periods) => {
      const world = new World();
      for (let n = 0; n < originals + others; n += 1) {
        const members = n === 0 ? [] : [at(0)];
        world.start(at(n), { members, protocol: n < others ? 2 : 1 });
        world.advance(100);
      }
      expect(periodsUntilComplete(world)).toBe(periods);
    },
  );

  it('Version 1 peers get the whole list and a ping each period once their own lists have earned it', () => {
    const members = Array.from({ length: 100 }, (_, n) => at(n + 10));
    const node = cluster({ members });
    node.start(0);
    const lists: number[] = [];
    let known: readonly string[] = [at(0)];
    let extended = false;
    for (let now = 10; now < 6 * period; now += period) {
      const changes = [
        ...receive(node, at(1), { addresses: known }, now),
        ...run(node, now + 5000),
      ];
      changes.push(...run(node, now + period - 1));
      const told = changes.filter((change) => change.type === 'send' && change.to === at(1));
      const messages = told.flatMap((change) => (change.type === 'send' ? change.messages : []));
      extended ||= messages.some(({ extension }) => extension?.ping !== undefined);
      known = [...new Set([...known, ...messages.flatMap(({ addresses }) => addresses)])];
      lists.push(known.length - 1);
    }
    // Twice the bytes that came, at first: the third part is for requests.
    expect(lists.slice(0, 3)).toEqual([2, 10, 35]);
    expect(lists.at(-1)).toBeGreaterThanOrEqual(100);
    expect(extended).toBe(true);
  });

  it('Lists name version 1 peers to each other, and to nobody else', () => {
    const node = cluster({ members: [at(9)] });
    node.start(0);
    for (const n of [1, 2]) {
      for (let i = 0; i < 10; i += 1) receive(node, at(n), { addresses: [at(0)] }, i);
    }
    prove(node, at(3), hex(), 0);
    const round = sent(node.tick(period));
    expect(round[at(1)]?.[0]?.addresses).toEqual([at(9), at(1), at(2), at(3)]);
    // A configured peer that has not spoken may be of version 1: its list names proven members.
    expect(round[at(9)]?.[0]?.addresses).toEqual([at(9), at(3), at(0)]);
    expect(round[at(3)]?.[0]?.addresses).toEqual([at(3), at(0)]);
  });

  it('Silent version 1 peers are sent our address, as far as they have earned it', () => {
    const node = cluster();
    receive(node, at(1), { addresses: [at(0)] }, 0);
    const changes = run(node, 3_600_000);
    expect(sent(changes)).toEqual({ [at(1)]: [{ type: 'discover', addresses: [at(0)] }] });
  });

  it('Version 1 peers are asked without the extension line if that exceeds their allowance', () => {
    const node = cluster({ members: [at(9)] });
    receive(node, at(1), {}, 0);
    receive(node, at(2), { addresses: [at(0), at(0)] }, 0);
    const askedAt = (now: number): unknown[] =>
      node
        .chooseContacts({ extended: 48, plain: 15 }, now)
        .map(({ address, extended }) => [address, extended]);
    expect(askedAt(1)).toEqual([
      [at(9), true],
      [at(1), false],
      [at(2), true],
    ]);
    expect(askedAt(2)).toEqual([
      [at(9), true],
      [at(1), false],
      [at(2), false],
    ]);
    expect(
      node.chooseContact({ address: at(1), length: { extended: 48, plain: 15 } }, 3),
    ).toBeUndefined();
    expect(
      node.chooseContact({ address: at(2), length: { extended: 48, plain: Infinity } }, 3),
    ).toBeUndefined();
  });
});
