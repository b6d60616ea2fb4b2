// The queue of due peers, alone and inside of a cluster.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueQueue } from '../src/due-queue.ts';
import { nextDue, tick } from '../src/due-peers.ts';
import { resolveOptions, type ClusterOptions } from '../src/options.ts';
import { receiveDiscover } from '../src/receive.ts';
import { initialState, type Change, type State } from '../src/state.ts';
import { at, hex, mutated, period } from './support/world.ts';

const dues = fc.array(fc.nat(50));

function stateOf(options: Partial<ClusterOptions> = {}): State {
  return initialState(
    resolveOptions({ self: [at(0)], id: 'f'.repeat(16), newPing: hex, ...options }),
  );
}

describe('the due queue', () => {
  it.each([
    ['added one by one', false],
    ['put in at once', true],
  ])('The queue returns entries that were %s, earliest first', (_, atOnce) => {
    fc.assert(
      fc.property(dues, dues, (some, more) => {
        const dueQueue = new DueQueue();
        for (const [i, due] of some.entries()) dueQueue.add(String(i), due);
        if (atOnce) dueQueue.reset(some.map((due) => ({ key: 'x', due })));
        for (const due of more) dueQueue.add('y', due);
        const all = [...some, ...more];
        expect(dueQueue.size).toBe(all.length);
        const out = all.map(() => {
          expect(dueQueue.peek()).toBeDefined();
          return dueQueue.pop()!.due;
        });
        expect(out).toEqual(all.toSorted((a, b) => a - b));
        expect(dueQueue.pop()).toBeUndefined();
        expect(dueQueue.peek()).toBeUndefined();
      }),
      { numRuns: mutated ? 20 : 100, endOnFailure: mutated },
    );
  });

  it('The queue does not grow by the DISCOVERs of a peer', () => {
    const state = stateOf();
    const message = { type: 'discover', addresses: [] } as const;
    for (let now = 0; now < 1000; now += 1) {
      receiveDiscover(state, { from: at(1), message, size: 10 }, now, []);
    }
    expect(state.dueQueue.size).toBe(1);
    expect(nextDue(state)).toBe(3 * period);
    tick(state, 3 * period, []);
    expect(nextDue(state)).toBe(6 * period + 999);
  });

  it('The queue does not grow by strangers that come and go', () => {
    const state = stateOf({ maxMembers: 3, maxQuiet: 3 });
    const extension = { v: 2, id: hex() };
    for (let n = 1; n < 600; n += 1) {
      const message = { type: 'discover', addresses: [], extension } as const;
      receiveDiscover(state, { from: at(n), message, size: 100 }, n, []);
      expect(state.dueQueue.size).toBeLessThanOrEqual(2 * state.peers.size + 64);
    }
    expect(nextDue(state)).toBeLessThan(4 * period);
  });

  it('The queue does not grow by goodbyes that the peer itself denies each time', () => {
    const state = stateOf({ period: 3000 });
    const id = hex();
    let changes: Change[] = [];
    const say = (extension: object, now: number): void => {
      const message = {
        type: 'discover',
        addresses: [],
        extension: { v: 2, id, ...extension },
      } as const;
      receiveDiscover(state, { from: at(1), message, size: 100 }, now, changes);
    };
    const pongs = (now: number): void => {
      for (const change of changes.splice(0)) {
        if (change.type !== 'send') continue;
        const ping = change.messages[0]?.extension?.ping;
        if (ping !== undefined) say({ pong: ping }, now);
      }
      changes = [];
    };
    say({ ping: hex(), period: 3_600_000 }, 0);
    pongs(0);
    for (let now = 3000; now < 600_000; now += 3000) {
      say({ leave: true }, now);
      tick(state, now, changes);
      pongs(now + 1);
      tick(state, now + 250, changes);
      pongs(now + 251);
    }
    expect(state.peers.get(at(1))).toMatchObject({ heardAt: 597_001 });
    expect(state.dueQueue.size).toBeLessThanOrEqual(67);
    expect(nextDue(state)).toBeLessThan(Infinity);
  });
});
