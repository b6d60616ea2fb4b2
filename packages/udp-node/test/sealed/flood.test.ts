// Floods of datagrams that do not open, in virtual time: what they cost, and that they stop no search.
import { describe, expect, it } from 'vitest';
import type { DatagramSeal } from '../../src/index.ts';
import { toySeal } from '../support/toy-seal.ts';
import { at, World } from '../support/world.ts';

const sealed = (): { seal: DatagramSeal } => ({ seal: toySeal() });

describe('a flood', () => {
  const genuine = toySeal().seal(Buffer.from('DISCOVER,\n'));
  const floods: [string, (n: number) => Uint8Array, (n: number) => string][] = [
    ['unsealed, from a stranger', () => Buffer.from('DISCOVER,\n'), () => '127.0.0.1:9'],
    ['unsealed, in the name of a member', () => Buffer.from('DISCOVER,\n'), () => at(1379)],
    ['of another key, in the name of a member', () => toySeal('x').seal(genuine), () => at(1379)],
    ['forged, from a stranger', forged, () => '127.0.0.1:9'],
    ['forged, from many strangers', forged, (n) => `127.0.${(n >> 8) & 255}.${n & 255}:9`],
    ['forged, in the name of a member', forged, () => at(1379)],
    ['replayed, in the name of a member', () => genuine, () => at(1379)],
  ];

  function forged(n: number): Uint8Array {
    const bytes = Buffer.from(genuine);
    bytes.writeUInt32BE(n + 1_000_000, 22);
    return bytes;
  }

  it.each(floods)('%s does not stop a search', async (_name, bytesOf, fromOf) => {
    const world = new World({ record: false });
    const node = await world.start(1378, sealed());
    await world.start(1379, { members: [at(1378)], files: ['a'], ...sealed() });
    await world.clock.advance(2000);
    let sent = 0;
    const perMillisecond = 8;
    const flood = (): void => {
      for (let n = 0; n < perMillisecond; n += 1)
        world.network.forge(bytesOf(sent), fromOf((sent += 1)), at(1378));
      world.clock.schedule(flood, 1);
    };
    flood();
    await world.clock.advance(1000);
    for (let n = 0; n < 3; n += 1) {
      const began = world.clock.now();
      const found = world.first(node.find('a', { until: 'first', timeout: 2000 }));
      await world.clock.advance(100);
      expect((await found)?.offer.peer).toBe(at(1379));
      expect(world.clock.now() - began).toBe(100);
    }
    expect(sent).toBeGreaterThan(10_000);
  });

  it('Forged datagrams of strangers are opened at most 2000 times a second', async () => {
    const world = new World({ record: false });
    let opened = 0;
    const seal = toySeal();
    const node = await world.start(1378, {
      seal: { ...seal, open: (bytes) => ((opened += 1), seal.open(bytes)) },
    });
    const warnings: string[] = [];
    node.on('warning', ({ kind }) => warnings.push(kind));
    for (let n = 0; n < 20_000; n += 1) {
      world.network.forge(forged(n), `127.0.${(n >> 8) & 255}.${n & 255}:9`, at(1378));
      if (n % 10 === 9) await world.clock.advance(1);
    }
    // 4000 at once, and 2000 a second for two seconds.
    expect(opened).toBeGreaterThan(7000);
    expect(opened).toBeLessThanOrEqual(8010);
    expect(node.refused).toMatchObject({ forged: opened, flood: 20_000 - opened });
    expect(warnings).toContain('flood');
  });
});
