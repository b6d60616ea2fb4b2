// Which sources get a place when one machine has many identities, and which goes when others wait.
import { describe, expect, it } from 'vitest';
import { deferred, type Deferred } from '../../src/async.ts';
import { paceWindow, watchDigests } from '../../src/sources/digest-pace.ts';
import { inFairOrder } from '../../src/sources/fair-order.ts';
import { maxSources, SourcePlaces, turnTime } from '../../src/sources/source-places.ts';
import { slowestOf } from '../../src/limits/slowest.ts';
import type { Source } from '../../src/index.ts';
import { ManualClock } from '../support/manual-clock.ts';

const runPending = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function identities(host: string, count: number): Source[] {
  return Array.from({ length: count }, (_, each) => ({ address: { host, port: 2000 + each } }));
}

/** Places whose sources send until a test ends them. */
class Scene {
  readonly clock = new ManualClock();
  readonly running = new Map<Source, Deferred<undefined>>();
  stopped = 0;
  readonly places = new SourcePlaces<Source>({
    clock: this.clock,
    run: async (source) => {
      const sending = deferred<undefined>();
      this.running.set(source, sending);
      await sending.promise;
      this.running.delete(source);
    },
    stopSlowest: () => {
      this.stopped += 1;
      [...this.running.values()][0]?.resolve(undefined);
    },
  });

  get hosts(): string[] {
    return [...this.running.keys()].map(({ address }) => address.host);
  }
}

describe('many identities of one machine', () => {
  it('A source of another machine is asked early, though 63 identities of one machine came first', async () => {
    const [honest] = identities('127.0.0.2', 1);
    const order: Source[] = [];
    for await (const source of inFairOrder([...identities('127.0.0.1', 63), honest!])) {
      order.push(source);
      // All that have come are read by then.
      await runPending();
    }
    expect(order.indexOf(honest!)).toBe(1);
    expect(order).toHaveLength(64);
  });

  it('A search for sources that fails gives out those that came before', async () => {
    async function* failing(): AsyncGenerator<Source> {
      yield* await Promise.resolve(identities('127.0.0.1', 2));
      throw new Error('search');
    }
    const order: Source[] = [];
    const reading = (async () => {
      for await (const source of inFairOrder(failing())) order.push(source);
    })();
    await expect(reading).rejects.toThrow('search');
    expect(order).toHaveLength(2);
  });

  it('63 trickling identities of one machine take four places, and an honest source gets one at once', async () => {
    const scene = new Scene();
    for (const source of [...identities('127.0.0.1', 63), ...identities('127.0.0.2', 1)])
      scene.places.add(source);
    await runPending();
    expect(scene.hosts).toEqual([
      ...Array.from({ length: maxSources.perMachine }, () => '127.0.0.1'),
      '127.0.0.2',
    ]);
    scene.places.close();
  });

  it('When all places are taken and another machine waits, the slowest source goes after its turn', async () => {
    const scene = new Scene();
    for (let host = 1; host <= 8; host += 1)
      for (const source of identities(`127.0.0.${host}`, maxSources.perMachine))
        scene.places.add(source);
    scene.clock.advance(10 * turnTime);
    await runPending();
    // Nobody waits.
    expect([scene.stopped, scene.running.size]).toEqual([0, maxSources.inAll]);
    scene.places.add(identities('127.0.0.9', 1)[0]!);
    await runPending();
    expect(scene.hosts).not.toContain('127.0.0.9');
    scene.clock.advance(turnTime);
    await runPending();
    expect(scene.stopped).toBe(1);
    expect(scene.hosts).toContain('127.0.0.9');
    scene.places.close();
  });

  it('The slowest source is the one with the fewest bytes for its time, of those that had their turn', () => {
    const quick = { since: 0, arrived: 1000 };
    const slow = { since: 0, arrived: 10 };
    const fresh = { since: 95, arrived: 0 };
    expect(slowestOf([quick, fresh, slow], 100, 10)).toBe(slow);
    expect(slowestOf([fresh], 100, 10)).toBeUndefined();
  });
});

describe('a peer that hashes its file while it sends it', () => {
  it('A peer that sends a digest now and then has to keep pace while others wait, and need not when alone', () => {
    const clock = new ManualClock();
    let [hashed, isAlone, slow] = [0, true, 0];
    watchDigests({
      clock,
      hashed: () => hashed,
      othersWait: () => !isAlone,
      onSlow: () => (slow += 1),
    });
    clock.advance(5 * paceWindow);
    expect(slow).toBe(0);
    isAlone = false;
    hashed += paceWindow * 10_000;
    clock.advance(paceWindow);
    expect(slow).toBe(0);
    hashed += 256 * 1024;
    clock.advance(paceWindow);
    expect(slow).toBe(1);
    expect(clock.pending).toBe(0);
  });
});
