// The datagrams that gossip can cause, and loopback addresses in gossip.
import { encodeMessage } from '@peerlane/protocol';
import { describe, expect, it } from 'vitest';
import {
  addressesOf,
  at,
  cluster,
  mutated,
  period,
  receive,
  sent,
  request,
} from './support/world.ts';

const minute = 60_000;
const hour = 60 * minute;

const far = (n: number): string => `[fe80::${n}]:1378`;

describe('forged gossip', () => {
  it('Forged gossip causes at most five datagrams an hour to each address, requests included', () => {
    const node = cluster({ maxNewPerPeer: 5000, members: [at(1)] });
    const victims = Array.from(
      { length: mutated ? 50 : 900 },
      (_, n) => `127.1.${n >> 8}.${n & 255}:1378`,
    );
    const times = new Map<string, number[]>();
    const note = (address: string, now: number): void => {
      times.set(address, [...(times.get(address) ?? []), now]);
    };
    for (let now = 0; now < 3 * hour; now += minute) {
      const changes = receive(node, at(1), { addresses: victims }, now);
      while (node.due <= now) changes.push(...node.tick(node.due));
      for (const address of Object.keys(sent(changes))) note(address, now);
      for (const { address } of node.chooseContacts(request, now)) note(address, now);
    }
    for (const victim of victims) {
      const all = times.get(victim) ?? [];
      for (const [i, time] of all.entries()) {
        if (i >= 5) expect(time - all[i - 5]!).toBeGreaterThanOrEqual(hour - minute);
      }
      expect(all.length).toBeGreaterThan(0);
    }
  });

  it('Gossip causes one small datagram at a time to an address that may not be there', () => {
    const node = cluster({ members: Array.from({ length: 300 }, (_, n) => at(n + 10)) });
    node.start(0);
    const messages = sent(receive(node, at(10), { addresses: [at(2)] }, 0))[at(2)]!;
    expect(messages).toHaveLength(1);
    expect(encodeMessage(messages[0]!).length).toBeLessThanOrEqual(100);
  });

  it('Forged gossip fills the list up to its bounds, and keeps out no peer that is there', () => {
    const node = cluster({ maxMembers: 10, maxNewPerPeer: 8, members: [at(1)] });
    const list = (n: number): string[] =>
      Array.from({ length: 20 }, (_, i) => `127.${n}.0.1:${i + 1}`);
    expect(receive(node, at(2), { addresses: list(1) }, 0)).toContainEqual({
      type: 'full',
      bound: 'peer',
      by: at(2),
    });
    expect(node.members()).toHaveLength(10);
    expect(receive(node, at(3), { addresses: list(2) }, 0)).toContainEqual(
      expect.objectContaining({ type: 'full', bound: 'members' }),
    );
    expect(node.members()).toHaveLength(10);
    expect(addressesOf(node)).toContain(at(3));
    expect(addressesOf(node)).toContain(at(1));
  });
});

describe('loopback addresses', () => {
  it('A name from gossip of another machine never leads to a loopback address', () => {
    const node = cluster({ members: ['given:1'] });
    receive(node, far(1), { addresses: ['evil.example:1'] }, 0);
    expect(node.recordAddress({ name: 'evil.example:1', address: '127.0.0.1:80' })).toEqual([
      { type: 'left', address: 'evil.example:1' },
    ]);
    node.recordAddress({ name: 'given:1', address: '127.0.0.1:80' });
    receive(node, at(1), { addresses: ['localhost:1'] }, 0);
    node.recordAddress({ name: 'localhost:1', address: '127.0.0.1:1' });
    expect(addressesOf(node)).toEqual(['given:1', far(1), at(1), '127.0.0.1:1']);
  });

  it('Loopback addresses are learned only from this machine', () => {
    const node = cluster();
    receive(node, far(1), { addresses: [at(1), '[::1]:5', 'localhost:7', far(2)] }, 0);
    expect(addressesOf(node)).toEqual([far(1), far(2)]);
    receive(node, at(2), { addresses: [at(1)] }, 0);
    expect(addressesOf(node)).toContain(at(1));
  });

  it('A name that only begins like a loopback address is none', () => {
    const node = cluster();
    receive(node, far(1), { addresses: ['127.example:1', 'localhost.example:1'] }, 0);
    expect(addressesOf(node)).toEqual([far(1), '127.example:1', 'localhost.example:1']);
  });

  it('Loopback addresses are sent only to this machine', () => {
    const node = cluster({ members: [at(1), far(1)] });
    const round = sent(node.start(0));
    expect(round[at(1)]?.[0]?.addresses).toEqual([at(1), far(1)]);
    expect(round[far(1)]?.[0]?.addresses).toEqual([far(1)]);
    expect(sent(node.tick(period))[far(1)]?.[0]?.addresses).toEqual([far(1)]);
  });
});
