// Guests, which are on no list.
import { describe, expect, it } from 'vitest';
import {
  addressesOf,
  at,
  cluster,
  hex,
  period,
  receive,
  run,
  sent,
  request,
} from './support/world.ts';

describe('a guest', () => {
  const guest = (id: string) => ({ v: 2, id, guest: true }) as const;

  it('A guest is answered and pinged, but neither listed, asked for files nor named in lists', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    const id = hex();
    const answer = receive(node, at(2), { extension: { ...guest(id), ping: hex() } }, 1);
    expect(answer).toHaveLength(1);
    const { ping } = sent(answer)[at(2)]![0]!.extension!;
    expect(Object.keys(sent(node.announce(2)))).toEqual([at(1)]);
    expect(receive(node, at(2), { extension: { ...guest(id), pong: ping! } }, 3)).toEqual([
      { type: 'proven', address: at(2) },
    ]);
    expect(addressesOf(node)).toEqual([at(1)]);
    expect(node.chooseContacts(request, 4)).toHaveLength(1);
    const round = sent(node.announce(4));
    expect(Object.keys(round)).toEqual([at(1), at(2)]);
    expect(round[at(1)]?.[0]?.addresses).toEqual([at(1)]);
    // When it falls silent it is forgotten, not retried.
    expect(run(node, 6 * period + 3).filter(({ type }) => type === 'left')).toEqual([]);
    expect(node.due).toBe(4 + 6 * period);
  });

  it('The names of a host are those of the nodes that were heard there, guests among them', () => {
    const node = cluster();
    const named = { ...guest(hex()), name: 'desk' };
    const { ping } = sent(receive(node, '10.0.0.7:1', { extension: { ...named, ping: hex() } }, 1))[
      '10.0.0.7:1'
    ]![0]!.extension!;
    expect(node.namesAt('10.0.0.7')).toEqual([]);
    receive(node, '10.0.0.7:1', { extension: { ...guest(named.id), pong: ping! } }, 2);
    expect(node.namesAt('10.0.0.7')).toEqual(['desk']);
    expect(node.namesAt('10.0.0.8')).toEqual([]);
  });

  it('A guest says in each DISCOVER that it is one', () => {
    const node = cluster({ guest: true, members: [at(1)] });
    expect(sent(node.start(0))[at(1)]?.[0]?.extension?.guest).toBe(true);
    const message = {
      type: 'discover',
      addresses: [],
      extension: { v: 2, id: hex(), ping: hex() },
    } as const;
    const pong = sent(node.receive({ from: at(1), message, size: 10 }, 1))[at(1)]![0]!;
    expect(pong.extension).toMatchObject({ guest: true, pong: message.extension.ping });
    expect(pong.extension?.period).toBeUndefined();
  });

  it('A guest becomes a member as soon as it says that it is none', () => {
    const node = cluster();
    const [first, second] = [hex(), hex()];
    receive(node, at(1), { extension: guest(first) }, 0);
    expect(addressesOf(node)).toEqual([]);
    const joined = { type: 'joined', address: at(1) };
    expect(receive(node, at(1), { extension: { v: 2, id: second } }, 1)).toContainEqual(joined);
    expect(receive(node, at(1), { extension: guest(first) }, 2)).toContainEqual({
      type: 'left',
      address: at(1),
    });
    expect(receive(node, at(1), {}, 3)).toContainEqual(joined);
  });

  it('A configured peer cannot be turned into a guest', () => {
    const node = cluster({ members: [at(1)] });
    node.start(0);
    receive(node, at(1), { extension: guest(hex()) }, 1);
    expect(addressesOf(node)).toEqual([at(1)]);
    expect(node.chooseContacts(request, 2)).toHaveLength(1);
  });
});
