import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplayWindow, windowWidth } from '../../src/datagrams/replay-window.ts';

/** Opens each fresh counter in turn, and says which were. */
function accepted(window: ReplayWindow, counters: readonly number[]): boolean[] {
  return counters.map((counter) => {
    const isFresh = window.isFresh(counter);
    if (isFresh) window.add(counter);
    return isFresh;
  });
}

/** Counters that mostly go on, and also go back and leap, from any start. */
const walks = fc
  .tuple(
    fc.oneof(fc.constant(0), fc.maxSafeNat()),
    fc.array(
      fc.oneof(
        fc.integer({ min: -1100, max: 1100 }),
        fc.integer({ min: -20, max: 60 }),
        fc.integer({ min: -3, max: 5 }),
      ),
      { minLength: 1, maxLength: 300, size: 'max' },
    ),
  )
  .map(([start, steps]) => {
    let at = start;
    return steps.map((step) => (at = Math.min(Math.max(at + step, 0), Number.MAX_SAFE_INTEGER)));
  });

describe('A replay window', () => {
  it('takes exactly what a set of all counters and the width would take', () => {
    fc.assert(
      fc.property(walks, (counters) => {
        const seen = new Set<number>();
        let highest = -1;
        const expected = counters.map((counter) => {
          if (seen.has(counter) || highest - counter >= windowWidth) return false;
          seen.add(counter);
          highest = Math.max(highest, counter);
          return true;
        });
        const window = new ReplayWindow(-1);
        expect(accepted(window, counters)).toEqual(expected);
        expect(window.highest).toBe(highest);
      }),
      { numRuns: 500 },
    );
  });

  it('takes all counters of the width in any order, each once', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 10_000 }),
        fc.shuffledSubarray([...Array(windowWidth).keys()], { minLength: windowWidth }),
        (first, order) => {
          const window = new ReplayWindow(-1);
          const counters = order.map((offset) => first + offset);
          expect(accepted(window, counters)).toEqual(counters.map(() => true));
          expect(accepted(window, counters)).toEqual(counters.map(() => false));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('takes nothing up to its floor, and everything after it', () => {
    fc.assert(
      fc.property(fc.nat({ max: 5000 }), fc.array(fc.nat({ max: 6000 })), (floor, counters) => {
        const window = new ReplayWindow(floor);
        for (const counter of counters)
          if (counter <= floor) expect(window.isFresh(counter)).toBe(false);
        const after = [floor + 3, floor + 1, floor + 2];
        expect(accepted(window, [...after, floor])).toEqual([true, true, true, false]);
      }),
    );
  });
});
