// The index of names: lookups, reported changes, and clashes.
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listingOf } from '../support/listing-of.ts';
import { byPath } from '../../src/names/join-path.ts';
import { NameIndex } from '../../src/names/name-index.ts';

/** Interrupts work that does not end, during which no timer of the test runner fires. */
function expectToEnd(work: () => void): void {
  runInNewContext('work()', { work }, { timeout: 60_000 });
}

describe('the index of names', () => {
  it('The index returns the first of several files by path order, and reports the clash once', () => {
    const index = new NameIndex();
    index.set('', listingOf({ files: ['a.txt'], folders: ['a', 'b'] }));
    index.set('b', listingOf({ files: ['same', 'a.txt'], folders: [] }));
    index.set('a', listingOf({ files: ['same', 'a.txt'], folders: [] }));
    expect([...index.find('same')]).toEqual(['a/same', 'b/same']);
    expect([...index.find('a.txt')]).toEqual(['a/a.txt', 'a.txt', 'b/a.txt']);
    expect([...index.newClashes()]).toContainEqual({
      filename: 'same',
      served: 'a/same',
      hidden: ['b/same'],
    });
    expect([...index.newClashes()]).toEqual([]);
    expect(index.clashes()).toHaveLength(2);
  });

  it('The index finds a name in any Unicode form', () => {
    const index = new NameIndex();
    const decomposed = 'e\u0301.txt';
    index.set('', listingOf({ files: [decomposed], folders: [] }));
    expect([...index.find('\u00e9.txt')]).toEqual([decomposed]);
    expect([...index.find(decomposed)]).toEqual([decomposed]);
  });

  it('The index reports which names and folders have come and gone', () => {
    const index = new NameIndex();
    expect(index.set('', listingOf({ files: ['x', 'y'], folders: ['sub'] }))).toEqual({
      added: ['x', 'y'],
      removed: [],
      newFolders: ['sub'],
      goneFolders: [],
    });
    index.set('sub', listingOf({ files: ['y', 'z'], folders: ['deep'] }));
    index.set('sub/deep', listingOf({ files: ['w'], folders: [] }));
    expect(index.set('', listingOf({ files: ['y'], folders: [] }))).toEqual({
      added: [],
      removed: ['x', 'z', 'w'],
      newFolders: [],
      goneFolders: ['sub', 'sub/deep'],
    });
    expect([...index.folders()]).toEqual(['']);
    expect(index.size).toBe(1);
  });

  it('The index finds a name, and adds a file to many with its name, without walking them all', () => {
    const index = new NameIndex();
    // A walk or a sort for each of so many files would go on for hours.
    const many = 100_000;
    expectToEnd(() => {
      for (let each = 0; each < many; each += 1)
        index.set(`d${each}`, listingOf({ files: [`${each}.js`, 'index.js'] }));
      for (let each = 0; each < many; each += 1) index.has(`no-${each}`);
      expect([...index.newClashes()]).toHaveLength(1);
      for (let each = 0; each < many; each += 1)
        index.set(`d${each}`, listingOf({ files: [], folders: [] }));
    });
    expect(index.size).toBe(0);
  });

  it('The index equals a newly built one after any changes', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'a.txt', 'é', 'e\u0301');
    const listing = fc.record({ files: fc.uniqueArray(name), folders: fc.constant([]) });
    const change = fc.record({ folder: fc.constantFrom('a', 'b'), listing });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const [grown, fresh] = [new NameIndex(), new NameIndex()];
        const last = new Map<string, (typeof changes)[number]['listing']>();
        for (const { folder, listing } of changes) {
          grown.set(folder, listingOf(listing));
          last.set(folder, listing);
        }
        for (const [folder, listing] of last) fresh.set(folder, listingOf(listing));
        expect(grown.size).toBe(fresh.size);
        for (const asked of ['a', 'b', 'c', 'a.txt', 'é'])
          expect([...grown.find(asked)]).toEqual([...fresh.find(asked)].toSorted(byPath));
      }),
    );
  });
});

it('A name of more than 1,024 characters is not composed: that would take long', () => {
  const index = new NameIndex();
  let composed = 0;
  const name = (length: number): string =>
    ({ length, normalize: () => ((composed += 1), 'a') }) as unknown as string;
  index.set('', listingOf({ files: ['a'], folders: [] }));
  expect([[...index.find(name(1024))], [...index.find(name(1025))], index.has(name(1025))]).toEqual(
    [['a'], [], false],
  );
  expect(composed).toBe(1);
});
