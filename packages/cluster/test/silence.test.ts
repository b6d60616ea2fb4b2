// Peers that fall silent, and how they are found again.
import { describe, expect, it } from 'vitest';
import type { Change } from '../src/index.ts';
import {
  addressesOf,
  at,
  cluster,
  hex,
  mutated,
  period,
  prove,
  receive,
  run,
  sent,
  World,
  request,
} from './support/world.ts';

const minute = 60_000;
const hour = 60 * minute;

describe('silence', () => {
  it('An announced peer is dropped after three periods of silence and a heard one after six', () => {
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

  it('A peer with a longer period, announced or shown, may be silent for longer', () => {
    const node = cluster({ period: 1000 });
    for (let now = 0; now < 10 * minute; now += 20_000) {
      while (node.due < now) node.tick(node.due);
      receive(node, at(1), {}, now);
    }
    // The period that a peer shows counts for six of our own at most.
    const last = 10 * minute - 20_000;
    while (node.due < last + 6 * 6000) node.tick(node.due);
    expect(addressesOf(node)).toEqual([at(1)]);
    while (node.due <= last + 6 * 6000) node.tick(node.due);
    expect(addressesOf(node)).toEqual([]);
  });

  it('Two forged datagrams do not keep a peer listed for hours', () => {
    const node = cluster();
    node.start(0);
    receive(node, at(1), {}, 0);
    run(node, hour);
    receive(node, at(1), {}, hour);
    run(node, hour + 36 * period - 1);
    expect(addressesOf(node)).toEqual([at(1)]);
    run(node, hour + 36 * period);
    expect(addressesOf(node)).toEqual([]);
  });

  it('A version 1 peer that returns no ping is not pinged again', () => {
    const node = cluster({ members: [at(1)] });
    receive(node, at(1), {}, 0);
    node.start(0);
    const times = new Set<number>();
    for (let now = 3000; now < hour; now += period) {
      while (node.due <= now) {
        const { due } = node;
        if (at(1) in sent(node.tick(due))) times.add(due);
      }
      receive(node, at(1), {}, now);
    }
    const rounds = Array.from({ length: times.size }, (_, i) => (i + 1) * period);
    expect([...times]).toEqual(rounds);
    expect(times.size).toBe(hour / period - 1);
  });

  it('A heard peer of version 1 owes no answer to a ping', () => {
    const node = cluster({ members: [at(1), at(2)] });
    node.start(0);
    receive(node, at(1), {}, 10);
    const [old, unheard] = node.members();
    expect(old).toMatchObject({ state: 'heard', version: 1, owesSince: undefined });
    expect(unheard).toMatchObject({ state: 'configured', owesSince: 0 });
  });

  it('A quiet peer is tried again at doubling intervals and forgotten after a day', () => {
    const node = cluster();
    prove(node, at(1), hex(), 0);
    const tries: number[] = [];
    while (node.due < 26 * hour) {
      const now = node.due;
      if (at(1) in sent(node.tick(now)) && now > 6 * period) tries.push(now);
      if (node.chooseContacts(request, now).length === 0) break;
    }
    const gaps = tries.slice(1).map((time, i) => time - tries[i]!);
    expect(gaps).toEqual(gaps.map((_, i) => 2 * period * 2 ** i));
    expect(tries[0]).toBe(7 * period);
    expect(tries).toHaveLength(12);
    node.tick(26 * hour);
    expect(node.chooseContacts(request, 26 * hour)).toEqual([]);
  });

  it('A configured peer is never dropped', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    receive(node, at(1), {}, 10);
    for (let i = 0; i < (mutated ? 200 : 20_000); i += 1) node.tick(node.due);
    expect(addressesOf(node)).toEqual([at(1)]);
  });

  it('The halves of a healed partition find each other again', () => {
    let cut = false;
    const half = (address: string): boolean => Number(address.split(':')[1]) % 2 === 0;
    const world = new World(({ from, to }) => cut && half(from) !== half(to));
    for (let n = 1; n <= 6; n += 1) world.start(at(n), { members: n === 1 ? [] : [at(1)] });
    world.advance(2 * period);
    cut = true;
    world.advance(30 * minute);
    expect(addressesOf(world.nodes.get(at(2))!)).toEqual([at(1), at(4), at(6)]);
    cut = false;
    world.advance(22 * minute);
    for (const node of world.nodes.values()) expect(node.members()).toHaveLength(5);
  });
});

describe('a configured peer that has fallen silent', () => {
  it('A silent configured peer does not count as heard, but is sent everything', () => {
    const node = cluster({ members: [at(1), at(2)] });
    node.start(0);
    prove(node, at(1), hex(), 10);
    const changes = run(node, 6 * period + 9);
    expect(node.members()[0]).toMatchObject({ state: 'heard', heardAt: 10 });
    changes.push(...run(node, 6 * period + 10));
    expect(node.members()[0]).toMatchObject({ state: 'configured', heardAt: 10 });
    expect(node.isProven(at(1))).toBe(false);
    expect(node.chooseContacts(request, 7 * period)[0]).toEqual({
      address: at(1),
      version: 1,
      quiet: false,
      extended: true,
    });
    expect(changes.filter(({ type }) => type === 'left')).toEqual([]);
    expect(node.due).toBe(7 * period);
    expect(sent(node.tick(7 * period))[at(2)]?.[0]?.addresses).toEqual([at(1), at(2), at(0)]);
    expect(node.due).toBe(8 * period);
    expect(receive(node, at(1), {}, 7 * period + 1)).not.toContainEqual(
      expect.objectContaining({ type: 'joined' }),
    );
    expect(node.members()[0]).toMatchObject({ state: 'heard', version: 1 });
  });

  it('A version 2 peer that comes back with version 1 is not believed before it was silent', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    prove(node, at(1), hex(), 10);
    for (let now = period; now <= 7 * period; now += period) {
      run(node, now);
      receive(node, at(1), {}, now);
      expect(node.isProven(at(1))).toBe(now <= 6 * period);
    }
    expect(node.members()).toMatchObject([{ state: 'heard', version: 1, heardAt: 7 * period }]);
  });

  it('A configured peer is reported when it is heard, when it falls silent, and when it is heard again', () => {
    const node = cluster({ members: [at(1)] });
    const events = (changes: readonly Change[]): readonly Change[] =>
      changes.filter(({ type }) => type === 'heard' || type === 'silent');
    node.start(0);
    const heard = { type: 'heard', address: at(1) };
    expect(events(receive(node, at(1), {}, 10))).toEqual([heard]);
    expect(events(receive(node, at(1), {}, 20))).toEqual([]);
    const silent = { type: 'silent', address: at(1) };
    expect(events(run(node, 6 * period + 19))).toEqual([]);
    expect(events(run(node, 9 * period))).toEqual([silent]);
    expect(events(node.receiveOther({ from: at(1) }, 9 * period))).toEqual([heard]);
  });
});
