// Floods of addresses that do not exist.
import type { DiscoverExtension } from '@peerlane/protocol';
import { describe, expect, it } from 'vitest';
import type { Change } from '../src/index.ts';
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
  request,
} from './support/world.ts';

const hour = 3_600_000;

describe('made-up addresses', () => {
  const made = (n: number): string => `127.9.${n >> 8}.${n & 255}:1378`;

  it('Made-up addresses cause no more datagrams if there are more of them than can be remembered', () => {
    const node = cluster({ maxMembers: 20, maxQuiet: 30, members: [at(1)] });
    const times = new Map<string, number[]>();
    let n = 0;
    for (let now = 0; now < 4 * hour; now += 10_000) {
      const changes = run(node, now);
      const addresses = Array.from({ length: 10 }, () => made((n += 1) % 100));
      changes.push(...receive(node, at(1), { addresses }, now));
      for (const to of Object.keys(sent(changes))) {
        times.set(to, [...(times.get(to) ?? []), now]);
      }
    }
    times.delete(at(1));
    expect(times.size).toBeGreaterThan(40);
    for (const all of times.values()) {
      for (const [i, time] of all.entries()) {
        if (i >= 5) expect(time - all[i - 5]!).toBeGreaterThan(hour - 30_000);
      }
    }
  });

  it('Made-up addresses cause no more datagrams if they are called guests', () => {
    const node = cluster();
    node.start(0);
    let count = 0;
    for (let now = 0; now < hour; now += 62_000) {
      const changes = [...run(node, now), ...receive(node, at(1), { addresses: [made(1)] }, now)];
      count += changes.filter((change) => change.type === 'send' && change.to === made(1)).length;
      receive(node, made(1), { extension: { v: 2, id: hex(), guest: true } }, now + 1000);
    }
    expect(count).toBeLessThanOrEqual(5);
    // A guest that nobody heard is neither asked nor greeted again.
    const changes = run(node, 20 * hour);
    expect(Object.keys(sent(changes))).not.toContain(made(1));
    expect(node.chooseContacts(request, 20 * hour).map(({ address }) => address)).not.toContain(
      made(1),
    );
    run(node, 26 * hour);
    expect(receive(node, at(1), { addresses: [made(1)] }, 26 * hour)).toContainEqual({
      type: 'joined',
      address: made(1),
    });
  });

  it('Made-up addresses cause more datagrams only for as many forged senders as can be remembered', () => {
    const node = cluster({ maxMembers: 100, maxQuiet: 100 });
    const victim = '10.9.9.9:53';
    let [count, n, now, forged] = [0, 0, 0, 0];
    const note = (changes: Change[]): void => {
      count += changes.filter((change) => change.type === 'send' && change.to === victim).length;
    };
    while (now < hour) {
      note(receive(node, at(1), { addresses: [victim] }, now));
      note(run(node, (now += 61_000)));
      const mine = Array.from({ length: 100 }, () => made((n += 1)));
      note(receive(node, at(1), { addresses: mine }, now));
      for (const from of mine) receive(node, from, { extension: { v: 2, id: hex() } }, now);
      forged += mine.length;
      note(run(node, (now += 61_000)));
      for (const from of mine.slice(0, 5)) receive(node, from, {}, now);
    }
    // One greeting, and its repetition.
    expect(count).toBeLessThanOrEqual(5 + (2 * forged) / 100);
  });

  it('Made-up addresses keep out no peer that speaks for itself', () => {
    const node = cluster({ maxQuiet: 3 });
    receive(node, at(1), { addresses: [1, 2, 3, 4].map(made) }, 0);
    expect(addressesOf(node)).toEqual([at(1), made(1), made(2), made(3)]);
    prove(node, at(2), hex(), 1);
    expect(addressesOf(node)).toEqual([at(1), made(2), made(3), at(2)]);
    run(node, 4 * period);
    receive(node, at(1), { addresses: [made(5)] }, 4 * period);
    prove(node, at(3), hex(), 4 * period);
    expect(addressesOf(node)).toEqual([at(1), at(2), made(5), at(3)]);
  });

  it('New addresses are refused while too many are remembered, and learned later', () => {
    const node = cluster({ maxQuiet: 1, members: [at(1)] });
    receive(node, at(1), { addresses: [made(1)] }, 0);
    run(node, 3 * period);
    receive(node, at(1), {}, 3 * period);
    const full = { type: 'full', bound: 'members', by: at(1) };
    expect(receive(node, at(1), { addresses: [made(2)] }, 3 * period)).toContainEqual(full);
    expect(addressesOf(node)).toEqual([at(1)]);
    run(node, 2.5 * hour);
    receive(node, at(1), { addresses: [made(2)] }, 2.5 * hour);
    expect(addressesOf(node)).toEqual([at(1), made(2)]);
  });

  it('Made-up addresses push out no peer that was heard once, neither from memory nor from being asked', () => {
    const node = cluster({ maxQuiet: 300 });
    receive(node, at(1), {}, 0);
    receive(node, at(2), { addresses: [at(3)] }, 0);
    run(node, 7 * period);
    for (let now = 7 * period; now < 30 * period; now += period) {
      const addresses = Array.from({ length: 50 }, (_, i) => made((now / period) * 50 + i));
      receive(node, at(4), { addresses }, now);
      run(node, now);
    }
    const quiet = node.chooseContacts(request, 30 * period).filter((contact) => contact.quiet);
    expect(quiet.map(({ address }) => address)).toEqual(expect.arrayContaining([at(1), at(2)]));
    expect(quiet.length).toBeLessThanOrEqual(256);
  });

  it('Made-up addresses make way for peers that are there, the oldest first', () => {
    const node = cluster({ maxMembers: 3 });
    receive(node, at(1), { addresses: [made(1), made(2), made(3)] }, 0);
    expect(addressesOf(node)).toEqual([at(1), made(1), made(2)]);
    expect(receive(node, at(2), {}, 1)).toContainEqual({ type: 'left', address: made(1) });
    expect(addressesOf(node)).toEqual([at(1), made(2), at(2)]);
    receive(node, at(3), {}, 2);
    expect(receive(node, at(4), {}, 3)).toEqual([{ type: 'full', bound: 'members', by: at(4) }]);
    expect(addressesOf(node)).toEqual([at(1), at(2), at(3)]);
  });

  it('A peer finds a place on a full list only when another has left', () => {
    const node = cluster({ maxMembers: 1 });
    receive(node, at(1), {}, 0);
    run(node, 6 * period);
    receive(node, at(2), {}, 6 * period);
    const full = { type: 'full', bound: 'members', by: at(1) };
    expect(receive(node, at(1), {}, 7 * period)).toContainEqual(full);
    expect(addressesOf(node)).toEqual([at(2)]);
    run(node, 12 * period);
    receive(node, at(1), {}, 13 * period);
    expect(addressesOf(node)).toEqual([at(1)]);
  });

  it('New addresses count for the peer that named them only within a period', () => {
    const node = cluster({ maxNewPerPeer: 3 });
    const full = { type: 'full', bound: 'peer', by: at(1) };
    expect(receive(node, at(1), { addresses: [1, 2, 3].map(made) }, 0)).not.toContainEqual(full);
    expect(receive(node, at(1), { addresses: [1, 2, 3].map(made) }, 1)).not.toContainEqual(full);
    expect(receive(node, at(1), { addresses: [made(4)] }, period - 1)).toContainEqual(full);
    expect(receive(node, at(2), { addresses: [made(5)] }, period - 1)).not.toContainEqual(full);
    expect(receive(node, at(1), { addresses: [made(6)] }, period)).not.toContainEqual(full);
    expect(addressesOf(node)).toEqual([at(1), ...[1, 2, 3].map(made), at(2), made(5), made(6)]);
  });

  it('A quiet peer that a version 2 list names is greeted, at most once in two periods', () => {
    const node = cluster();
    receive(node, at(1), {}, 0);
    run(node, 7 * period);
    const id = hex();
    const tells = (now: number, extension?: DiscoverExtension): boolean => {
      const message = { addresses: [at(1)], ...(extension && { extension }) };
      return at(1) in sent(receive(node, at(2), message, now));
    };
    expect(tells(7 * period)).toBe(false);
    prove(node, at(2), id, 14 * period);
    expect(tells(14 * period, { v: 2, id })).toBe(true);
    expect(tells(16 * period - 1, { v: 2, id })).toBe(false);
    expect(tells(16 * period, { v: 2, id })).toBe(true);
  });
});
