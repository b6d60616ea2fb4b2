// Names from gossip whose owner lets them lead elsewhere.
import { describe, expect, it } from 'vitest';
import type { Change } from '../src/index.ts';
import {
  addressesOf,
  cluster,
  hex,
  period,
  prove,
  receive,
  run,
  sent,
  request,
} from './support/world.ts';

const name = 'evil.example:53';
const hour = 3_600_000;

const at = (n: number): string => `10.0.0.${n}:1378`;

describe('a name from gossip', () => {
  it('A name from gossip is replaced by the address that it first leads to, which gets its greeting', () => {
    const node = cluster({ members: [at(1)] });
    const told = receive(node, at(1), { addresses: [name] }, 0);
    const changes = node.recordAddress({ name: name, address: at(2) });
    expect(changes.filter(({ type }) => type !== 'send')).toEqual([
      { type: 'left', address: name },
      { type: 'joined', address: at(2) },
    ]);
    expect(sent(changes)).toEqual({ [at(2)]: sent(told)[name] });
    expect(node.leadsTo({ name: name, address: at(2) })).toBe(false);
    expect(addressesOf(node)).toEqual([at(1), at(2)]);
  });

  it('A name that leads elsewhere takes nothing along that was proven', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    receive(node, at(1), { addresses: [name] }, 0);
    const { ping } = sent(node.recordAddress({ name: name, address: at(2) }))[at(2)]![0]!
      .extension!;
    const extension = { v: 2, id: hex(), period: hour, pong: ping! };
    receive(node, at(2), { extension }, 10);
    const changes: Change[] = [];
    for (let now = period; now < 6 * hour; now += period) {
      changes.push(...run(node, now));
      changes.push(...node.recordAddress({ name: name, address: at(3) }));
      changes.push(...receive(node, at(1), { addresses: [name] }, now));
    }
    expect(Object.keys(sent(changes))).toEqual(expect.arrayContaining([at(2)]));
    expect(Object.keys(sent(changes))).not.toContain(at(3));
    expect(Object.keys(sent(changes))).not.toContain(name);
  });

  it('A name that leads elsewhere does not move the peer that it led to before', () => {
    const node = cluster({ members: [at(1)] });
    receive(node, at(1), { addresses: [name] }, 0);
    node.recordAddress({ name: name, address: at(2) });
    prove(node, at(2), hex(), 10);
    node.recordAddress({ name: name, address: at(3) });
    expect(addressesOf(node)).toEqual([at(1), at(2)]);
    expect(node.chooseContacts(request, 20).map(({ address }) => address)).toEqual([at(1), at(2)]);
    expect(sent(node.announce(20))).toHaveProperty([at(2)]);
  });

  it('Many names of one address cause no more than five datagrams an hour to it', () => {
    const node = cluster({ members: [at(1)] });
    let count = 0;
    for (let now = 0; now < hour; now += period) {
      const changes = run(node, now);
      const other = `n${now}.evil.example:53`;
      changes.push(...receive(node, at(1), { addresses: [other] }, now));
      changes.push(...node.recordAddress({ name: other, address: at(2) }));
      changes.push(...node.recordAddress({ name: other, address: at(3) }));
      count += changes.filter((change) => change.type === 'send' && change.to === at(2)).length;
    }
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(5);
  });

  it('A name that is resolved late is replaced by its address all the same', () => {
    const node = cluster({ members: ['given:1', at(1)] });
    receive(node, at(1), { addresses: [name] }, 0);
    // The resolver did not answer until it was quiet.
    run(node, 4 * period);
    expect(addressesOf(node)).toEqual(['given:1', at(1)]);
    const changes = node.recordAddress({ name: name, address: at(2) });
    expect(changes.map(({ type }) => type)).toEqual(['send']);
    const { ping } = sent(changes)[at(2)]![0]!.extension!;
    const extension = { v: 2, id: hex(), pong: ping! };
    expect(receive(node, at(2), { extension }, 4 * period + 1)).toEqual([
      { type: 'joined', address: at(2) },
      { type: 'proven', address: at(2) },
    ]);
  });

  it('A name keeps its place in version 1, which proves nothing', () => {
    const node = cluster({ protocol: 1 });
    receive(node, at(1), { addresses: [name] }, 0);
    expect(node.recordAddress({ name: name, address: at(2) })).toEqual([]);
    expect(node.leadsTo({ name: name, address: at(2) })).toBe(true);
    expect(addressesOf(node)).toEqual([name]);
  });
});
