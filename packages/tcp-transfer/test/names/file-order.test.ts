// Pages of the names of files in many listings that come and go.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FileOrder } from '../../src/names/file-order.ts';
import { listingOf } from '../support/listing-of.ts';

it('A page has the names of all listings that are there, in composed form, in order, each once', async () => {
  const name = fc.constantFrom(
    'a',
    'b',
    'ab',
    'c',
    'é',
    'e\u0301',
    'e\u0301x',
    'éa',
    '😀',
    '\uffee',
  );
  const files = fc.uniqueArray(name, { maxLength: 6 });
  const after = fc.option(name, { nil: undefined });
  await fc.assert(
    fc.asyncProperty(fc.array(files), fc.array(files), after, async (first, second, from) => {
      const order = new FileOrder();
      const all = [...first, ...second].map(
        (names) => [names, listingOf({ files: names })] as const,
      );
      const there = new Set<readonly string[]>();
      for (const [names, listing] of all.slice(0, first.length)) {
        order.add(listing);
        there.add(names);
      }
      await order.after(undefined, 2);
      for (const [index, [names, listing]] of all.entries()) {
        if (index < first.length && index % 2 === 0) {
          order.remove(listing);
          there.delete(names);
        }
        if (index >= first.length) {
          order.add(listing);
          there.add(names);
        }
      }
      const composed = new Set([...there].flat().map((each) => each.normalize()));
      const expected = [...composed].sort().filter((each) => from === undefined || each > from);
      expect(await order.after(from, 3)).toEqual(expected.slice(0, 3));
      const wanted = expected.filter((each) => each.includes('a'));
      expect(await order.after(from, 9, 'A')).toEqual(wanted);
    }),
  );
});
