// Floods of hostile datagrams.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../src/testing/index.ts';
import { shareOf, simulate } from './seeds.ts';
import { addresses, addressOf, minute, period, Simulation } from './simulation.ts';

/** The nodes of the cluster: the cost of a round grows with the square of their number. */
const size = Math.min(50, shareOf(50, 20));

/**
 * Sends one datagram with 800 addresses, nearly the longest that is read, to a cluster. Returns how many datagrams
 * each of these addresses is sent within an hour.
 */
async function forged(seed: number, inTheNameOf: 'a stranger' | 'a member'): Promise<number[]> {
  const simulation = new Simulation(seed);
  const all = addresses(size);
  for (const address of all)
    await simulation.start(address, { members: address === all[0] ? [] : [all[0]!] });
  await simulation.untilComplete(3 * period);
  const victims = Array.from({ length: 800 }, (_, n) => addressOf(100_000 + n));
  const received = new Map(victims.map((victim) => [victim, 0]));
  simulation.network.watch(({ to }) => {
    const count = received.get(to);
    if (count !== undefined) received.set(to, count + 1);
  });
  const target = all[Math.floor(simulation.random() * all.length)]!;
  const member = all.find((address) => address !== target)!;
  const from = inTheNameOf === 'a member' ? member : '127.99.0.1:1';
  simulation.network.forge(
    new TextEncoder().encode(`DISCOVER,${victims.join(',')}\n`),
    from,
    target,
  );
  await simulation.clock.advance(60 * minute);
  await simulation.end();
  return [...received.values()];
}

describe('a forged DISCOVER with 800 addresses', () => {
  simulate('buys none of them a datagram, where a stranger sends it', 1, async (seed) => {
    expect(Math.max(...(await forged(seed, 'a stranger')))).toBe(0);
  });
  simulate(
    'buys each at most five datagrams in an hour, where it comes in the name of a member',
    1,
    async (seed) => {
      const received = await forged(seed, 'a member');
      expect(Math.max(...received)).toBeLessThanOrEqual(5);
      expect(received.filter((count) => count > 0).length).toBeGreaterThan(400);
    },
  );
});

describe('a flood of hostile datagrams', () => {
  /** Of a thousand datagrams each. A hundred already name twice as many members as a list may have. */
  const batches = shareOf(1000, 100);
  const flood = (batches * 1000).toLocaleString('en');
  it(`${flood} hostile datagrams leave timers and memory bounded, and the node at work`, async () => {
    const simulation = new Simulation(1);
    const [node = '', friend = ''] = addresses(2);
    await simulation.start(node);
    await simulation.start(friend, { members: [node] });
    await simulation.clock.advance(1000);
    const random = seededRandom(2);
    const pick = (n: number): number => Math.floor(random() * n);
    const hex = (): string =>
      Math.floor(random() * 2 ** 32)
        .toString(16)
        .padStart(16, '0');
    const forms: (() => string)[] = [
      () => `DISCOVER,${addressOf(pick(1e6))},${addressOf(pick(1e6))}\n`,
      () => `DISCOVER,\n{"v":2,"id":"${hex()}","ping":"${hex()}"}\n`,
      () => `DISCOVER,\n{"v":2,"id":"${hex()}","pong":"${hex()}","leave":true}\n`,
      () => `Get,${pick(1000)}\n`,
      () => `Get,${pick(1000)}\n{"v":2,"req":"${hex()}"}\n`,
      () => `File,1,${pick(65_536)}\n`,
      () => `File,1,${pick(65_536)}\n{"v":2,"req":"${hex()}"}\n`,
      () => String.fromCharCode(...Array.from({ length: pick(40) }, () => pick(256))),
    ];
    const encoder = new TextEncoder();
    let heap = 0;
    let timers = 0;
    for (let batch = 0; batch < batches; batch += 1) {
      const attacker = simulation.network.open({
        host: `127.200.${batch >> 8}.${batch & 255}`,
        port: 1 + pick(60_000),
      });
      for (let i = 0; i < 1000; i += 1) {
        const bytes = encoder.encode(forms[pick(forms.length)]!());
        await attacker.send(bytes, { host: node.split(':')[0]!, port: 1378 });
      }
      await simulation.clock.advance(200);
      await attacker.close();
      if ((batch + 1) % Math.ceil(batches / 10) !== 0) continue;
      globalThis.gc?.();
      heap = Math.max(heap, process.memoryUsage().heapUsed);
      timers = Math.max(timers, simulation.clock.pending);
    }
    expect(timers).toBeLessThan(25_000);
    expect(heap).toBeLessThan(400 * 2 ** 20);
    expect(simulation.listOf(node).length).toBeLessThanOrEqual(10_000);
    expect(simulation.listOf(node)).toContain(friend);
    expect(await simulation.finds(node, friend)).toBe(true);
    await simulation.end();
  }, 300_000);
});
