// A node whose machine sleeps, in virtual time.
import { describe, expect, it } from 'vitest';
import type { UdpNode } from '../src/index.ts';
import { MemoryLan } from '../src/testing/index.ts';
import { SleepyClock } from './support/sleepy-clock.ts';
import { addressesOf, at, World, type NodeOptions } from './support/world.ts';

/** A node at port 1378 whose machine can sleep. */
async function sleeper(
  world: World,
  standsStill: boolean,
  options: NodeOptions,
): Promise<{ node: UdpNode; sleep: (ms: number) => Promise<void> }> {
  const clock = new SleepyClock(world.clock, standsStill);
  const node = await world.start(1378, { ...options, clock });
  const sleep = async (ms: number): Promise<void> => {
    clock.sleep();
    world.network.partition((from, to) => [from, to].includes(at(1378)));
    await world.clock.advance(ms);
    world.network.heal();
    clock.wake();
  };
  return { node, sleep };
}

const minute = 60_000;

describe.each([
  ['a suspended machine, whose clock stood still', true],
  ['a stopped process, whose clock went on', false],
])('%s', (_what, standsStill) => {
  it('A node that slept for minutes is seen again, and loses nobody, within some seconds', async () => {
    const world = new World();
    const others = [await world.start(1379), await world.start(1380, { members: [at(1379)] })];
    const { node, sleep } = await sleeper(world, standsStill, { members: [at(1379)] });
    await world.clock.advance(5000);
    expect(new Set(addressesOf(node))).toEqual(new Set([at(1379), at(1380)]));
    const gone: string[] = [];
    for (const event of ['gone', 'silent'] as const)
      node.on(event, (address) => gone.push(address));
    await sleep(20 * minute);
    for (const other of others) expect(addressesOf(other)).not.toContain(at(1378));
    await world.clock.advance(2100);
    for (const other of others)
      expect(other.members().find(({ address }) => address === at(1378))?.state).toBe('heard');
    await world.clock.advance(minute);
    expect(gone).toEqual([]);
    expect(node.members()).toMatchObject([{ state: 'heard' }, { state: 'heard' }]);
  });

  it('A member that left while the node slept is given up after the usual time', async () => {
    const world = new World();
    const other = await world.start(1379);
    const { node, sleep } = await sleeper(world, standsStill, {});
    node.join(at(1379));
    await world.clock.advance(5000);
    const sleeping = sleep(20 * minute);
    await other.close();
    await sleeping;
    await world.clock.advance(minute);
    expect(addressesOf(node)).toEqual([at(1379)]);
    await world.clock.advance(2 * minute);
    expect(addressesOf(node)).toEqual([]);
  });

  it('A node that has slept announces itself on the local network as at its start', async () => {
    const world = new World();
    const lan = new MemoryLan(world.clock);
    const announced: number[] = [];
    lan.open('127.0.0.2').onDatagram(() => announced.push(world.clock.now()));
    const { sleep } = await sleeper(world, standsStill, { lan: lan.open('127.0.0.1') });
    await world.clock.advance(10_000);
    await sleep(minute);
    announced.length = 0;
    const woken = world.clock.now();
    await world.clock.advance(6000);
    const first = announced.at(-1)! - 3000;
    expect(first - woken).toBeLessThan(2100);
    expect(announced).toEqual(expect.arrayContaining([first, first + 300, first + 1000]));
  });
});

it('A node that is held up for some seconds does not start anew', async () => {
  const world = new World();
  await world.start(1379);
  const { sleep } = await sleeper(world, false, { members: [at(1379)] });
  await world.clock.advance(5000);
  await sleep(4000);
  world.sent.length = 0;
  await world.clock.advance(3000);
  expect(world.sent).toEqual([]);
});
