// How lists of files are cut for threads.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { handOvers, mostBytes } from '../../src/hashing/hand-overs.ts';

const list = (sizes: readonly number[]): { entry: { size: number } }[] =>
  sizes.map((size) => ({ entry: { size } }));

describe('handOvers', () => {
  it('Every file is in one part, in order, and no part has more bytes than it may', () => {
    const size = fc.oneof(fc.nat(1000), fc.nat(2 * mostBytes));
    fc.assert(
      fc.property(
        fc.array(size, { maxLength: 700 }),
        fc.integer({ min: 1, max: 4 }),
        (sizes, threads) => {
          let next = 0;
          for (const [first, end] of handOvers(list(sizes), threads)) {
            expect(first).toBe(next);
            expect(end).toBeGreaterThan(first);
            const bytes = sizes.slice(first, end).reduce((sum, each) => sum + each, 0);
            expect(bytes <= mostBytes || end - first === 1).toBe(true);
            next = end;
          }
          expect(next).toBe(sizes.length);
        },
      ),
    );
  });

  it.each([
    [300, 1, [300]],
    [300, 4, [75, 75, 75, 75]],
    [100, 4, [64, 36]],
    [1300, 1, [512, 512, 276]],
    [0, 1, []],
  ])('%i small files are cut for %i threads into parts of %j', (count, threads, parts) => {
    const cut = [...handOvers(list(Array.from({ length: count }, () => 1)), threads)];
    expect(cut.map(([first, end]) => end - first)).toEqual(parts);
  });
});
