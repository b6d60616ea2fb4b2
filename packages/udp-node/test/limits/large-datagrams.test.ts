// Datagrams that are large, so that reading them takes long.
import { expect, it } from 'vitest';
import { at, World } from '../support/world.ts';

it('A datagram of more than 16 kB is dropped unread, and one of 16 kB with a list of version 1 is read', async () => {
  const world = new World();
  const node = await world.start(1378);
  const peer = world.peer(1379);
  peer.send(`DISCOVER,${at(1390)}${','.repeat(16_384)}`, 1378);
  await world.clock.advance(10);
  expect(node.members()).toEqual([]);
  peer.send(`DISCOVER,${at(1390)}\n`.padEnd(16_384), 1378);
  await world.clock.advance(10);
  expect(node.members()).toHaveLength(2);
});

it('A flood of large datagrams uses up the rate of its sender by their size', async () => {
  const world = new World();
  const node = await world.start(1378, { rate: { perSecond: 10, burst: 64 } });
  let received = 0;
  node.on('request', () => (received += 1));
  const peer = world.peer(1379);
  for (let i = 0; i < 20; i += 1) peer.send(`Get,${'a'.repeat(16_000)}\n`, 1378);
  await world.clock.advance(10);
  expect(received).toBe(2);
});
