// A sealed cluster knows no version 1: nothing waits for it.
import { describe, expect, it } from 'vitest';
import type { UdpNode } from '../../src/index.ts';
import { toySeal } from '../support/toy-seal.ts';
import { at, World } from '../support/world.ts';

/** A node whose cluster is sealed or not, and a member of it that is driven by hand. */
async function pair(
  isSealed: boolean,
): Promise<{ world: World; node: UdpNode; received: string[]; send: (text: string) => void }> {
  const world = new World();
  const options = isSealed ? { seal: toySeal() } : {};
  const node = await world.start(1378, { members: [at(1379)], files: ['a'], ...options });
  const transport = world.network.open({ host: '127.0.0.1', port: 1379 });
  const seal = isSealed ? toySeal() : undefined;
  const received: string[] = [];
  transport.onDatagram((datagram) => {
    const opened = seal ? seal.open(datagram) : datagram;
    received.push(typeof opened === 'string' ? opened : new TextDecoder().decode(opened));
  });
  const send = (text: string): void => {
    const bytes = new TextEncoder().encode(text);
    void transport.send(seal?.seal(bytes) ?? bytes, { host: '127.0.0.1', port: 1378 });
  };
  return { world, node, received, send };
}

describe('in a sealed cluster', () => {
  it.each([
    [true, 2],
    [false, 10_002],
  ])('A Get without its second line is answered at once (sealed: %s)', async (isSealed, delay) => {
    const { world, received, send } = await pair(isSealed);
    await world.clock.advance(100);
    send('Get,a\n');
    await world.clock.advance(delay - 1);
    expect(received).not.toContain('File,1,11378\n');
    await world.clock.advance(1);
    expect(received).toContain('File,1,11378\n');
  });

  it.each([
    [true, [0, 250, 1000, 5000, 9000]],
    [false, [0, 1000]],
  ])(
    'A configured member that has not spoken is asked as often as one that has (sealed: %s)',
    async (isSealed, times) => {
      const { world, node, received } = await pair(isSealed);
      await world.clock.advance(100);
      const began = world.clock.now();
      const asked: number[] = [];
      void node.find('b', { timeout: 10_000 }).next();
      while (world.clock.now() < began + 10_000) {
        const count = received.filter((text) => text.startsWith('Get,')).length;
        if (count > asked.length) asked.push(world.clock.now() - began - 1);
        await world.clock.advance(1);
      }
      expect(asked).toEqual(times);
    },
  );

  it.each([
    [true, 20_000],
    [false, 30_000],
  ])(
    'A configured member that never answers is waited for no longer than a silent one (sealed: %s)',
    async (isSealed, most) => {
      const { world, node } = await pair(isSealed);
      await world.clock.advance(5000);
      const began = world.clock.now();
      let ended: number | undefined;
      void node
        .find('b', { timeout: 60_000 })
        .next()
        .then(() => (ended = world.clock.now() - began));
      await world.clock.advance(60_000);
      expect(ended).toBeGreaterThanOrEqual(most);
      expect(ended).toBeLessThan(most + 1000);
    },
  );

  it('An offer without its second line is of version 2 all the same', async () => {
    const { world, node, send } = await pair(true);
    await world.clock.advance(100);
    const offer = world.first(node.find('b', { until: 'first', timeout: 1000 }));
    await world.clock.advance(10);
    send('File,1,5\n');
    await world.clock.advance(1000);
    expect(await offer).toMatchObject({ offer: { version: 2, address: { port: 5 } } });
  });
});
