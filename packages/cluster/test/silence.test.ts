import { describe, expect, it } from 'vitest';
import { addressesOf, at, cluster, hex, period, receive, sent, World } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('silence', () => {
  it('drops an announced peer after three periods of silence and a heard one after six', () => {
    const node = cluster();
    receive(node, at(1), { addresses: [at(2)] }, 0);
    node.tick(3 * period - 1);
    expect(addressesOf(node)).toEqual([at(1), at(2)]);
    expect(node.tick(3 * period)).toContainEqual({ type: 'left', address: at(2) });
    node.tick(6 * period - 1);
    expect(addressesOf(node)).toEqual([at(1)]);
    node.tick(6 * period);
    expect(addressesOf(node)).toEqual([]);
    expect(receive(node, at(2), {}, 7 * period)).toContainEqual({ type: 'joined', address: at(2) });
  });

  it('waits longer for a peer whose own period is longer, announced or shown', () => {
    const node = cluster({ period: 1000 });
    for (let now = 0; now < 10 * minute; now += 20_000) {
      while (node.due < now) node.tick(node.due);
      receive(node, at(1), {}, now);
    }
    const last = 10 * minute - 20_000;
    while (node.due < last + 6 * 20_000) node.tick(node.due);
    expect(addressesOf(node)).toEqual([at(1)]);
    while (node.due <= last + 6 * 20_000) node.tick(node.due);
    expect(addressesOf(node)).toEqual([]);
  });

  it('tries a quiet peer again at doubling intervals and forgets it after a day', () => {
    const node = cluster();
    receive(node, at(1), {}, 0);
    const tries: number[] = [];
    while (node.due < 26 * hour) {
      const now = node.due;
      if (at(1) in sent(node.tick(now)) && now > 6 * period) tries.push(now);
      if (node.contacts(now).length === 0) break;
    }
    const gaps = tries.slice(1).map((time, i) => time - tries[i]!);
    expect(gaps).toEqual(gaps.map((_, i) => 2 * period * 2 ** i));
    expect(tries[0]).toBe(7 * period);
    node.tick(26 * hour);
    expect(node.contacts(26 * hour)).toEqual([]);
  });

  it('never drops a configured peer', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    receive(node, at(1), {}, 10);
    for (let i = 0; i < 20_000; i += 1) node.tick(node.due);
    expect(addressesOf(node)).toEqual([at(1)]);
  });

  it('brings the halves of a healed partition together again', () => {
    let cut = false;
    const half = (address: string): boolean => Number(address.split(':')[1]) % 2 === 0;
    const world = new World(({ from, to }) => cut && half(from) !== half(to));
    for (let n = 1; n <= 6; n += 1) world.start(at(n), { members: n === 1 ? [] : [at(1)] });
    world.advance(2 * period);
    cut = true;
    world.advance(30 * minute);
    expect(addressesOf(world.nodes.get(at(2))!)).toEqual([at(1), at(4), at(6)]);
    cut = false;
    world.advance(25 * minute);
    for (const node of world.nodes.values()) expect(node.members()).toHaveLength(5);
  });
});

describe('a goodbye', () => {
  it('takes a peer from the list within two seconds', () => {
    const world = new World();
    for (const n of [1, 2]) world.start(at(n), { members: n === 1 ? [] : [at(1)] });
    world.advance(1000);
    world.stop(at(2));
    world.advance(2100);
    expect(addressesOf(world.nodes.get(at(1))!)).toEqual([]);
  });

  it('in the name of another is not believed', () => {
    const world = new World();
    for (const n of [1, 2]) world.start(at(n), { members: n === 1 ? [] : [at(1)] });
    world.advance(1000);
    for (let i = 0; i < 100; i += 1) {
      world.send(at(2), at(1), { extension: { v: 2, id: hex(), leave: true } });
      world.advance(100);
      expect(addressesOf(world.nodes.get(at(1))!)).toEqual([at(2)]);
    }
    expect(world.log.filter(({ from }) => from === at(1)).length).toBeLessThan(20);
  });
});
