// Pages of names out of a large set that may change meanwhile.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { namesAfter } from '../../src/sharing/names-after.ts';
import { Random } from '../support/random.ts';

/** The expected page: all names sorted, and cut. */
function expected(names: Iterable<string>, after: string | undefined, count: number): string[] {
  const behind = [...new Set(names)].filter((name) => after === undefined || name > after);
  return behind.sort().slice(0, count);
}

describe('the first names', () => {
  it('The first names are found whatever order the names are in', async () => {
    const random = new Random();
    const shuffled = Array.from({ length: 3000 }, () => `${Math.floor(random.below(5000))}`);
    const orders = [shuffled, shuffled.toSorted(), shuffled.toSorted().toReversed()];
    for (const names of orders)
      for (const count of [1, 2, 7, 500, 2999, 5000])
        for (const after of [undefined, '', '0', '3', '4711', '49', 'z'])
          expect(await namesAfter(names, after, count), random.seed).toEqual(
            expected(names, after, count),
          );
  });

  it('The first names are well-formed, and in the order of UTF-16 code units', async () => {
    const names = ['\ufb33', '\ud800', '😀', 'a', 'a\udc00', 'Z', '\u0000'];
    expect(await namesAfter(names, undefined, 9)).toEqual(['\u0000', 'Z', 'a', '😀', '\ufb33']);
  });

  it('The first names are found by sorting at most twice as many, with a break every 10,000 names', async () => {
    const random = new Random();
    let seen = 0;
    function* names(): Generator<string> {
      for (; seen < 100_000; seen += 1) yield `${Math.floor(random.below(1_000_000))}`;
    }
    let [most, before] = [0, 0];
    const look = (): void => {
      most = Math.max(most, seen - before);
      before = seen;
      turn = setImmediate(look);
    };
    let turn = setImmediate(look);
    const sort = vi.spyOn(Array.prototype, 'sort');
    onTestFinished(() => {
      clearImmediate(turn);
      sort.mockRestore();
    });
    expect(await namesAfter(names(), undefined, 500)).toHaveLength(500);
    const sorted = sort.mock.contexts.map((list) => (list as unknown[]).length);
    expect(Math.max(...sorted)).toBeLessThanOrEqual(1000);
    expect(most).toBeLessThanOrEqual(10_000);
  });

  it('The first names are complete although the names change while they are read', async () => {
    const names = new Map(Array.from({ length: 50_000 }, (_, index) => [`${index}`, 0]));
    const first = namesAfter(names.keys(), undefined, 100);
    // A name that is removed and added again is met a second time.
    for (const again of ['0', '1', '10', '49999']) {
      names.delete(again);
      names.set(again, 0);
    }
    names.set('00', 0);
    expect(await first).toEqual(expected(names.keys(), undefined, 100));
  });
});
