// Messages in the name of machines outside of the networks that a node may send to.
import { describe, expect, it } from 'vitest';
import { addressesOf, at, World } from '../support/world.ts';

const outside = '203.0.113.9';

/** A peer on a network in memory at any host. */
function stranger(world: World, host: string): (text: string, to: number) => Promise<void> {
  const transport = world.network.open({ host, port: 1379 });
  return (text, to) =>
    transport.send(new TextEncoder().encode(text), { host: '127.0.0.1', port: to });
}

describe('an address outside of the allowed networks', () => {
  it.each([outside, '2001:db8::9'])(
    'A File of version 2 forged from %s is no offer, even with the req of the search',
    async (host) => {
      const world = new World();
      const node = await world.start(1378, { members: [at(1380)] });
      world.peer(1380);
      const forge = stranger(world, host);
      const offers = world.collect(node.find('a', { timeout: 5000 }));
      await world.clock.advance(100);
      const req = /"req":"(\w+)"/.exec(world.sent.find(({ text }) => text.startsWith('Get'))!.text);
      await forge(`File,1,80\n{"v":2,"req":"${req![1]!}","size":1}\n`, 1378);
      await world.clock.advance(10_000);
      expect(await offers).toEqual([]);
    },
  );

  it('A File of version 1 forged from a configured member outside is no offer', async () => {
    const world = new World();
    const node = await world.start(1378, { protocol: 1, members: [`${outside}:1379`] });
    const forge = stranger(world, outside);
    const offers = world.collect(node.find('a', { timeout: 5000 }));
    await world.clock.advance(100);
    await forge('File,1,80\n', 1378);
    await world.clock.advance(10_000);
    expect(await offers).toEqual([]);
  });

  it('A DISCOVER or a Get from outside changes nothing, and is reported once', async () => {
    const world = new World();
    const node = await world.start(1378);
    const forge = stranger(world, outside);
    const events: unknown[] = [];
    for (const event of ['peer', 'request', 'wire'] as const)
      node.on(event, (value: unknown) => events.push(value));
    const warnings: unknown[] = [];
    node.on('warning', (warning) => warnings.push(warning));
    for (let i = 0; i < 3; i += 1) {
      await forge(`DISCOVER,${at(1390)}\n{"v":2,"id":"0123456789abcdef","tcp":80}\n`, 1378);
      await forge('Get,a\n', 1378);
    }
    await world.clock.advance(1000);
    expect([addressesOf(node), events]).toEqual([[], []]);
    expect(warnings).toMatchObject([{ kind: 'not-allowed', peer: outside }]);
  });

  it('A name that leads outside is no endpoint for a connection', async () => {
    const world = new World();
    const members = ['rebound.example:1379', 'near.example:1379'];
    const lookup = (host: string): Promise<string> =>
      Promise.resolve(host.startsWith('rebound') ? outside : '127.0.0.7');
    const node = await world.start(1378, { members, lookup });
    await expect(node.endpointOf('rebound.example:1379')).rejects.toThrow('outside the networks');
    await expect(node.endpointOf('224.0.0.1:1379')).rejects.toThrow(
      'not the address of a single machine',
    );
    expect(await node.endpointOf('near.example:1379')).toEqual({ host: '127.0.0.7', port: 1379 });
    expect(await node.endpointOf(at(1))).toEqual({ host: '127.0.0.1', port: 1 });
  });
});
