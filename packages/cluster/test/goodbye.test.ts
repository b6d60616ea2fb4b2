// Goodbyes: the members that get one, and when one is believed.
import { encodeMessage } from '@peerlane/protocol';
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
  request,
  run,
  sent,
  World,
} from './support/world.ts';

describe('a goodbye', () => {
  const left = { type: 'left', address: at(1) };
  const goodbye = (id: string) => ({ extension: { v: 2, id, leave: true } }) as const;

  it('A goodbye is one short datagram to each member that has proven version 2', () => {
    const id = hex();
    const node = cluster({ id, members: [at(1), at(4)] });
    node.start(0);
    receive(node, at(2), {}, 0);
    prove(node, at(1), hex(), 0);
    prove(node, at(3), hex(), 0);
    const message = { type: 'discover', addresses: [], extension: { v: 2, id, leave: true } };
    expect(sent(node.leave(6 * period - 1))).toEqual({ [at(1)]: [message], [at(3)]: [message] });
    expect(sent(node.leave(6 * period))).toEqual({});
  });

  it('A goodbye is checked by pings at once and after 1 second, and believed after 2', () => {
    const node = cluster();
    const id = hex();
    prove(node, at(1), id, 0);
    expect(receive(node, at(1), { addresses: [at(2)], ...goodbye(id) }, 100)).toEqual([]);
    let bytes = 0;
    for (const due of [100, 1100]) {
      expect(node.due).toBe(due);
      const [hello] = sent(node.tick(due))[at(1)]!;
      expect(hello?.extension?.ping).toBeDefined();
      bytes += encodeMessage(hello!).length;
    }
    const shortest = { type: 'discover', addresses: [], ...goodbye(id) } as const;
    expect(bytes).toBeLessThanOrEqual(3 * encodeMessage(shortest).length);
    expect(node.tick(1500)).toEqual([{ type: 'converged' }]);
    expect(node.due).toBe(2100);
    expect(node.tick(2100)).toEqual([left]);
    expect(node.due).toBe(2100 + period);
  });

  it('A goodbye is checked for as long, however late the caller is', () => {
    const node = cluster();
    const id = hex();
    prove(node, at(1), id, 0);
    receive(node, at(1), goodbye(id), 100);
    expect(run(node, 10_000 - 1)).toContainEqual(left);
    prove(node, at(1), id, 10_000);
    receive(node, at(1), goodbye(id), 30_100);
    expect(node.tick(39_000)).not.toContainEqual(left);
    expect(node.due).toBe(40_000);
  });

  it('A goodbye of a configured peer leaves it on the list, as one that is not heard', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    const id = hex();
    prove(node, at(1), id, 0);
    receive(node, at(1), goodbye(id), 100);
    expect(node.members()).toMatchObject([{ state: 'heard' }]);
    run(node, 2100);
    expect(node.members()).toMatchObject([{ state: 'configured' }]);
  });

  it('A goodbye of a peer that is not known, or not heard, has no effect', () => {
    const node = cluster();
    expect(receive(node, at(1), goodbye(hex()), 0)).toEqual([]);
    expect(addressesOf(node)).toEqual([]);
    receive(node, at(2), { addresses: [at(3)] }, 0);
    expect(receive(node, at(3), goodbye(hex()), 0)).toEqual([]);
    expect(node.due).toBe(1000);
  });

  it('A goodbye in the name of a version 1 peer, or with another id, has no effect', () => {
    const node = cluster();
    receive(node, at(1), {}, 0);
    prove(node, at(2), hex(), 0);
    const { due } = node;
    for (const from of [at(1), at(2)]) expect(receive(node, from, goodbye(hex()), 10)).toEqual([]);
    expect(node.due).toBe(due);
    expect(run(node, 3000)).toEqual([{ type: 'converged' }]);
  });

  it('A goodbye of a guest is checked as briefly', () => {
    const node = cluster({ guest: true, name: 'a'.repeat(64) });
    const id = hex();
    prove(node, at(1), id, 0);
    receive(node, at(1), goodbye(id), 10);
    const [message] = sent(node.tick(10))[at(1)]!;
    expect(message?.extension).toMatchObject({ guest: true });
    const shortest = { type: 'discover', addresses: [], ...goodbye(id) } as const;
    expect(2 * encodeMessage(message!).length).toBeLessThanOrEqual(
      3 * encodeMessage(shortest).length,
    );
  });

  it('A repeated goodbye is checked once in a period, and then believed', () => {
    const node = cluster({ period: 1000 });
    const id = hex();
    prove(node, at(1), id, 0);
    const changes: Change[] = [];
    for (let now = 100; now < 2500; now += 100) {
      receive(node, at(1), goodbye(id), now);
      changes.push(...run(node, now));
    }
    expect(changes).toContainEqual(left);
  });

  it('A goodbye removes a peer from the list within two seconds', () => {
    const world = new World();
    for (const n of [1, 2]) world.start(at(n), { members: n === 1 ? [] : [at(1)] });
    world.advance(1000);
    world.stop(at(2));
    world.advance(2100);
    expect(addressesOf(world.nodes.get(at(1))!)).toEqual([]);
  });

  it('A goodbye in the name of a peer that is there is not believed', () => {
    const world = new World();
    const id = hex();
    for (const n of [1, 2]) world.start(at(n), n === 1 ? {} : { id, members: [at(1)] });
    world.advance(1000);
    for (let i = 0; i < 100; i += 1) {
      world.send(at(2), at(1), { extension: { v: 2, id, leave: true } });
      world.advance(100);
      expect(addressesOf(world.nodes.get(at(1))!)).toEqual([at(2)]);
    }
    expect(world.log.filter(({ from }) => from === at(1)).length).toBeLessThan(20);
  });
});

describe('a cluster that the node has left', () => {
  it('A cluster that the node has left has nothing due, changes by no event, and asks nobody', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    prove(node, at(2), hex(), 10);
    expect(node.leave(20)).toHaveLength(1);
    const before = node.members();
    expect(node.due).toBe(Infinity);
    const events = [
      node.leave(21),
      node.start(21),
      node.tick(7 * period),
      node.announce(21),
      receive(node, at(3), { addresses: [at(4)], extension: { v: 2, id: hex(), ping: hex() } }, 21),
      node.receiveOther({ from: at(1) }, 21),
      node.addAddress({ address: at(5), local: true }, 21),
      node.receiveAnnouncement({ address: at(6), local: true, id: hex(), size: 100 }, 21),
      node.recordAddress({ name: at(1), address: at(2) }),
      node.chooseContacts(request, 21),
    ];
    node.recordAnswer({ from: at(1), duration: 5, first: true });
    expect(events).toEqual(events.map(() => []));
    expect(node.chooseContact({ address: at(1), length: request }, 21)).toBeUndefined();
    expect(node.due).toBe(Infinity);
    expect(node.members()).toEqual(before);
    expect(node.hasPriority(at(1))).toBe(false);
  });
});
