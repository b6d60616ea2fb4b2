// The names and addresses of one node, and of this node itself.
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
  request,
} from './support/world.ts';

describe('this node itself', () => {
  it('This node knows its own addresses', () => {
    const node = cluster({ self: [at(0), 'me:1'] });
    expect([at(0), 'me:1', at(1)].map((address) => node.isSelf(address))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('This node is never a member under an address of its own', () => {
    const node = cluster({ self: [at(0), 'me:1'], members: ['me:1', at(1)] });
    receive(node, at(1), { addresses: [at(0), 'me:1'] }, 0);
    expect(addressesOf(node)).toEqual([at(1)]);
  });

  it('This node recognises a new address as its own when its own ping comes in', () => {
    const id = hex();
    const node = cluster({ id, members: [at(1)] });
    const told = sent(receive(node, at(1), { addresses: [at(9)] }, 0))[at(9)]![0]!;
    expect(addressesOf(node)).toContain(at(9));
    expect(receive(node, at(9), told, 1)).toContainEqual({ type: 'left', address: at(9) });
    receive(node, at(1), { addresses: [at(9)] }, 2);
    expect(addressesOf(node)).toEqual([at(1)]);
  });

  it('A peer that copies our id does not become an address of our own', () => {
    const id = hex();
    const node = cluster({ id, members: [at(1)] });
    node.start(0);
    receive(node, at(1), { extension: { v: 2, id, ping: hex() } }, 1);
    expect(addressesOf(node)).toEqual([at(1)]);
  });
});

describe('one node under several addresses', () => {
  it('A node of this machine with several addresses is listed once, and each address is asked', () => {
    const node = cluster({ self: ['127.0.0.1:1000', '192.168.7.1:1000'] });
    const both = ['127.0.0.1:1001', '192.168.7.1:1001'];
    const id = hex();
    for (const from of both) prove(node, from, id, 1);
    expect(addressesOf(node)).toEqual(both.slice(0, 1));
    // An `id` can be copied: it must not keep anyone from being asked.
    expect(node.chooseContacts(request, 3).map(({ address }) => address)).toEqual(both);
  });

  it('A node is listed once too where this one is bound to fewer addresses of the machine', () => {
    const both = ['127.0.0.1:1001', '192.168.7.1:1001'];
    const listed = (ownHosts?: string[]) => {
      const node = cluster({ self: ['127.0.0.1:1000'], ...(ownHosts && { ownHosts }) });
      const id = hex();
      for (const from of both) prove(node, from, id, 1);
      return addressesOf(node);
    };
    expect(listed(['127.0.0.1', '192.168.7.1'])).toEqual(both.slice(0, 1));
    expect(listed()).toEqual(both);
  });

  it('A node is known by its configured name, whatever that resolves to', () => {
    const node = cluster({ members: ['node2:1378', 'node3:1378'] });
    node.start(0);
    node.recordAddress({ name: 'node2:1378', address: at(2) });
    receive(node, at(2), {}, 1);
    receive(node, at(3), {}, 1);
    expect(node.recordAddress({ name: 'node3:1378', address: at(3) })).toContainEqual({
      type: 'left',
      address: at(3),
    });
    expect(node.members()).toMatchObject([
      { address: 'node2:1378', state: 'heard' },
      { address: 'node3:1378', state: 'heard' },
    ]);
    node.recordAnswer({ from: at(2), duration: 10, first: true });
    expect(node.hasPriority('node2:1378')).toBe(true);
    // Containers move: the address of one may become another's.
    node.recordAddress({ name: 'node2:1378', address: at(4) });
    receive(node, at(2), {}, 2);
    expect(addressesOf(node)).toEqual(['node2:1378', 'node3:1378', at(2)]);
    expect(node.recordAddress({ name: 'node2:1378', address: at(0) })).toContainEqual({
      type: 'left',
      address: 'node2:1378',
    });
  });

  it('A node keeps its place if gossip brings another name for it', () => {
    const node = cluster({ members: [at(1)] });
    receive(node, at(2), { addresses: ['evil.example:1'] }, 0);
    node.recordAddress({ name: 'evil.example:1', address: at(1) });
    expect(addressesOf(node)).toEqual([at(1), at(2)]);
    receive(node, at(2), { addresses: ['evil.example:2'] }, 0);
    node.recordAddress({ name: 'evil.example:2', address: at(2) });
    node.recordAddress({ name: 'evil.example:2', address: at(3) });
    receive(node, at(3), {}, 1);
    expect(addressesOf(node)).toEqual([at(1), at(2), at(3)]);
  });

  it('A node keeps all its names when one of them is resolved again', () => {
    const node = cluster({ members: ['a:1'] });
    receive(node, at(2), { addresses: ['c:1'] }, 0);
    node.recordAddress({ name: 'c:1', address: at(2) });
    node.recordAddress({ name: 'a:1', address: at(2) });
    expect(node.hasPriority('c:1')).toBe(false);
    expect(node.recordAddress({ name: 'a:1', address: at(2) })).toEqual([]);
    expect(receive(node, at(2), { addresses: ['c:1'] }, 1)).toEqual([]);
    expect(addressesOf(node)).toEqual(['a:1']);
  });

  it('A node is found at the address that another name has left', () => {
    const node = cluster({ members: ['a:1', 'b:1'] });
    node.recordAddress({ name: 'a:1', address: at(1) });
    node.recordAddress({ name: 'b:1', address: at(1) });
    node.recordAddress({ name: 'a:1', address: at(2) });
    node.recordAddress({ name: 'b:1', address: at(1) });
    receive(node, at(1), {}, 1);
    expect(node.members()).toMatchObject([
      { address: 'a:1', state: 'configured' },
      { address: 'b:1', state: 'heard' },
    ]);
  });

  it('A node of this machine is shown by its configured address', () => {
    const node = cluster({ self: [at(0), '192.168.7.1:1000'], members: ['192.168.7.1:1001'] });
    const id = hex();
    prove(node, at(1), id, 0);
    expect(addressesOf(node)).toEqual(['192.168.7.1:1001', at(1)]);
    prove(node, '192.168.7.1:1001', id, 0);
    expect(addressesOf(node)).toEqual(['192.168.7.1:1001']);
  });

  it('One node becomes two members again when one of two configured names moves', () => {
    const node = cluster({ members: [at(1), 'a:1', 'b:1'] });
    node.start(0);
    node.recordAddress({ name: 'a:1', address: at(1) });
    node.recordAddress({ name: 'b:1', address: at(1) });
    expect(node.recordAddress({ name: 'b:1', address: at(1) })).toEqual([]);
    expect(addressesOf(node)).toEqual([at(1)]);
    expect(node.chooseContacts(request, 1)).toHaveLength(1);
    node.recordAddress({ name: 'b:1', address: at(2) });
    expect(addressesOf(node)).toEqual([at(1), 'b:1']);
    receive(node, at(2), {}, 1);
    expect(node.members()[1]).toMatchObject({ address: 'b:1', state: 'heard' });
    // All of them are sent lists, whatever the list shows.
    expect(Object.keys(sent(node.tick(period)))).toEqual([at(1), 'a:1', 'b:1']);
  });

  it('A node keeps what it has proven when its name turns up', () => {
    const node = cluster({ members: ['a:1'] });
    node.start(0);
    const id = hex();
    prove(node, at(1), id, 10);
    node.recordAnswer({ from: at(1), duration: 30, first: true });
    expect(node.recordAddress({ name: 'a:1', address: at(1) })).toEqual([
      { type: 'left', address: at(1) },
      { type: 'heard', address: 'a:1' },
    ]);
    expect(node.members()).toMatchObject([
      { address: 'a:1', state: 'heard', version: 2, heardAt: 10 },
    ]);
    expect([node.answerTime('a:1'), node.hasPriority('a:1')]).toEqual([30, true]);
    expect([node.answerTime(at(1)), node.hasPriority(at(1))]).toEqual([30, true]);
    // The other way round: a quiet peer is listed again by the name of one that is not.
    receive(node, at(2), { addresses: ['c:1'] }, 10);
    expect(node.recordAddress({ name: 'c:1', address: at(2) })).toEqual([
      { type: 'left', address: 'c:1' },
    ]);
    expect(node.members().at(-1)).toMatchObject({ address: at(2), state: 'heard' });
  });

  it('Datagrams that gossip caused count under all names of a node', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    receive(node, at(1), { addresses: [at(2), 'a:1', 'b:1', 'c:1', 'd:1'] }, 0);
    for (const name of ['a:1', 'b:1', 'c:1', 'd:1'])
      node.recordAddress({ name: name, address: at(2) });
    expect(addressesOf(node)).toEqual([at(1), at(2)]);
    expect(Object.keys(sent(node.tick(period)))).toEqual([at(1)]);
  });

  it('A node has at most eight other addresses', () => {
    const node = cluster({ members: [at(1)] });
    const names = Array.from({ length: 12 }, (_, i) => `n${i}:1`);
    for (const name of names) node.addAddress({ address: name, local: true }, 0);
    const gone = names.flatMap((name) => node.recordAddress({ name: name, address: at(1) }));
    expect(gone).toEqual(names.slice(0, 8).map((address) => ({ type: 'left', address })));
    expect(addressesOf(node)).toEqual([at(1)]);
    run(node, 3 * period);
    expect(node.chooseContacts(request, 3 * period)).toHaveLength(1 + 4);
  });

  it('A node is forgotten with all its names', () => {
    const node = cluster();
    receive(node, at(1), { addresses: ['a:1'] }, 0);
    node.recordAddress({ name: 'a:1', address: at(1) });
    run(node, 90_000_000);
    receive(node, at(2), { addresses: ['a:1'] }, 90_000_000);
    expect(addressesOf(node)).toEqual([at(2), 'a:1']);
  });

  it('A node with two configured names is one member', () => {
    const node = cluster({ members: ['a:1', 'b:1'] });
    node.recordAddress({ name: 'a:1', address: at(1) });
    node.recordAddress({ name: 'b:1', address: at(1) });
    expect(addressesOf(node)).toHaveLength(1);
  });
});
