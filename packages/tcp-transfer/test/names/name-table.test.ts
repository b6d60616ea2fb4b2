// The table of names: against a plain map, also where hashes or whole groups of folders coincide.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NameTable } from '../../src/names/name-table.ts';
import { compareNames, hashName, nameBytes, nameText } from '../../src/names/utf8-order.ts';

it('A table finds the folders of each name as a map does, after any changes', () => {
  const change = fc.tuple(fc.integer({ min: 0, max: 299 }), fc.integer({ min: 0, max: 4 }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 600 }), (changes) => {
      const names = new Map<string, Set<number>>();
      const table = new NameTable(
        (folder, name) => names.get(nameText(name))?.has(folder) === true,
      );
      for (const [number, folder] of changes) {
        const folders = names.get(`${number}`) ?? new Set();
        const isThere = folders.has(folder);
        if (!isThere) expect(table.add(nameBytes(`${number}`), folder)).toBe(folders.size === 0);
        if (isThere) folders.delete(folder);
        else names.set(`${number}`, folders.add(folder));
        if (isThere) expect(table.remove(nameBytes(`${number}`), folder)).toBe(folders.size === 0);
        if (folders.size === 0) names.delete(`${number}`);
      }
      expect(table.size).toBe(names.size);
      for (let number = 0; number < 300; number += 1) {
        const found = table.folders(nameBytes(`${number}`));
        expect([...found].sort()).toEqual([...(names.get(`${number}`) ?? [])].sort());
      }
      const contested = [...names].filter(([, { size }]) => size > 1).map(([name]) => name);
      expect([...table.contested()].map(nameText).sort()).toEqual(contested.sort());
    }),
  );
});

it('Two names of one hash in one folder are told apart', () => {
  const seen = new Map<number, string>();
  let pair: readonly string[] = [];
  for (let number = 0; pair.length === 0; number += 1) {
    const hash = hashName(nameBytes(`${number}`));
    const other = seen.get(hash);
    if (other !== undefined) pair = [other, `${number}`];
    seen.set(hash, `${number}`);
  }
  const there = new Set(pair);
  const table = new NameTable((_folder, name) => there.has(nameText(name)));
  for (const name of pair) expect(table.add(nameBytes(name), 7)).toBe(true);
  expect(table.size).toBe(2);
  there.delete(pair[0]!);
  expect(table.remove(nameBytes(pair[0]!), 7)).toBe(true);
  expect(pair.map((name) => table.has(nameBytes(name)))).toEqual([false, true]);
});

it('Names in UTF-8 have the order of their UTF-16 code units', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'é', '\ud7ff', '\ue000', '\uffee', '😀', '\u{10ffff}'),
  });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const order = Math.sign(compareNames(nameBytes(one), nameBytes(other)));
      expect(order).toBe(one < other ? -1 : one > other ? 1 : 0);
    }),
  );
});
