// Pages of names out of a large set that may change meanwhile.
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { NameOrder } from '../../src/names/name-order.ts';
import { Random } from '../support/random.ts';

/** The expected page: all names sorted, and cut. */
function expected(names: Iterable<string>, after: string | undefined, count: number): string[] {
  const behind = [...new Set(names)].filter((name) => after === undefined || name > after);
  return behind.sort().slice(0, count);
}

function orderOf(names: Iterable<string>): NameOrder {
  const order = new NameOrder();
  for (const name of names) order.add(name);
  return order;
}

describe('the first names', () => {
  it('The first names are found whatever order the names are in', async () => {
    const random = new Random();
    const shuffled = Array.from({ length: 3000 }, () => `${Math.floor(random.below(5000))}`);
    const orders = [shuffled, shuffled.toSorted(), shuffled.toSorted().toReversed()];
    for (const names of orders)
      for (const count of [1, 2, 7, 500, 2999, 5000])
        for (const after of [undefined, '', '0', '3', '4711', '49', 'z'])
          expect(await orderOf(names).after(after, count), random.seed).toEqual(
            expected(names, after, count),
          );
  });

  it('The first names are well-formed, and in the order of UTF-16 code units', async () => {
    const names = ['\ufb33', '\ud800', '😀', 'a', 'a\udc00', 'Z', '\u0000'];
    expect(await orderOf(names).after(undefined, 9)).toEqual(['\u0000', 'Z', 'a', '😀', '\ufb33']);
  });

  it('A page after a change costs no new sorting of the names that were there', async () => {
    const order = orderOf(Array.from({ length: 20_000 }, (_, index) => `${index}`));
    await order.after(undefined, 1);
    const sort = vi.spyOn(Array.prototype, 'sort');
    onTestFinished(() => {
      sort.mockRestore();
    });
    order.add('00');
    order.remove('0');
    expect(await order.after(undefined, 2)).toEqual(['00', '1']);
    expect(await order.after('9998', 9)).toEqual(['9999']);
    const sorted = sort.mock.contexts.map((list) => (list as unknown[]).length);
    expect(sorted).toEqual([1]);
  });

  it('A text of 8,000 characters is not compared with any name', async () => {
    const lower = vi.spyOn(String.prototype, 'toLowerCase');
    onTestFinished(() => {
      lower.mockRestore();
    });
    const order = orderOf(['a', 'b']);
    expect(await order.after(undefined, 9, 'a'.repeat(8000))).toEqual([]);
    expect(lower).not.toHaveBeenCalled();
  });

  it('Names are sorted with a break every 10,000 names', async () => {
    const random = new Random();
    const order = orderOf(
      Array.from({ length: 50_000 }, () => `${Math.floor(random.below(1_000_000))}`),
    );
    const sort = vi.spyOn(Array.prototype, 'sort');
    let turns = 0;
    const count = (): void => {
      turns += 1;
      turn = setImmediate(count);
    };
    let turn = setImmediate(count);
    onTestFinished(() => {
      clearImmediate(turn);
      sort.mockRestore();
    });
    expect(await order.after(undefined, 500)).toHaveLength(500);
    const sorted = sort.mock.contexts.map((list) => (list as unknown[]).length);
    expect(Math.max(...sorted)).toBeLessThanOrEqual(10_000);
    expect(turns).toBeGreaterThan(10);
  });

  it('The first names are complete although the names change while they are put in order', async () => {
    const names = new Set(Array.from({ length: 50_000 }, (_, index) => `${index}`));
    const order = orderOf(names);
    const first = order.after(undefined, 100);
    // A name that is removed and added again is there once.
    for (const again of ['0', '1', '10', '49999']) {
      order.remove(again);
      order.add(again);
    }
    order.add('00');
    order.remove('11');
    expect(await first).toEqual(
      expected(
        [...names, '00'].filter((name) => name !== '11'),
        undefined,
        100,
      ),
    );
  });
});
