import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NameIndex } from '../src/name-index.ts';
import { byPath } from '../src/path-set.ts';

describe('the index of names', () => {
  it('gives of several files the first by path order, and says so once', () => {
    const index = new NameIndex();
    index.set('', { files: ['a.txt'], folders: ['a', 'b'] });
    index.set('b', { files: ['same', 'a.txt'], folders: [] });
    index.set('a', { files: ['same', 'a.txt'], folders: [] });
    expect(index.find('same')).toEqual(['a/same', 'b/same']);
    expect(index.find('a.txt')).toEqual(['a/a.txt', 'a.txt', 'b/a.txt']);
    expect(index.takeClashes()).toContainEqual({
      name: 'same',
      served: 'a/same',
      hidden: ['b/same'],
    });
    expect(index.takeClashes()).toEqual([]);
  });

  it('finds a name in whatever form its characters are composed', () => {
    const index = new NameIndex();
    const decomposed = 'e\u0301.txt';
    index.set('', { files: [decomposed], folders: [] });
    expect(index.find('\u00e9.txt')).toEqual([decomposed]);
    expect(index.find(decomposed)).toEqual([decomposed]);
  });

  it('tells what has come and gone', () => {
    const index = new NameIndex();
    expect(index.set('', { files: ['x', 'y'], folders: ['sub'] })).toEqual({
      added: ['x', 'y'],
      removed: [],
      newFolders: ['sub'],
      goneFolders: [],
    });
    index.set('sub', { files: ['y', 'z'], folders: ['deep'] });
    index.set('sub/deep', { files: ['w'], folders: [] });
    expect(index.set('', { files: ['y'], folders: [] })).toEqual({
      added: [],
      removed: ['x', 'z', 'w'],
      newFolders: [],
      goneFolders: ['sub', 'sub/deep'],
    });
    expect([...index.folders()]).toEqual(['']);
    expect(index.size).toBe(1);
  });

  it('takes many files of one name about as fast as as many names', () => {
    const milliseconds = (nameOf: (each: number) => string): number => {
      const index = new NameIndex();
      const start = performance.now();
      for (let each = 0; each < 20_000; each += 1)
        index.set(`d${each}`, { files: [nameOf(each)], folders: [] });
      index.takeClashes();
      for (let each = 0; each < 20_000; each += 1)
        index.set(`d${each}`, { files: [], folders: [] });
      return performance.now() - start;
    };
    const ownNames = milliseconds((each) => `index-${each}.js`);
    // Sorting at each would take minutes.
    expect(milliseconds(() => 'index.js')).toBeLessThan(50 * ownNames + 1000);
  });

  it('holds after any changes what an index made anew would hold', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'a.txt', 'é', 'e\u0301');
    const listing = fc.record({ files: fc.uniqueArray(name), folders: fc.constant([]) });
    const change = fc.record({ folder: fc.constantFrom('a', 'b'), listing });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const [grown, fresh] = [new NameIndex(), new NameIndex()];
        const last = new Map<string, (typeof changes)[number]['listing']>();
        for (const { folder, listing } of changes) {
          grown.set(folder, listing);
          last.set(folder, listing);
        }
        for (const [folder, listing] of last) fresh.set(folder, listing);
        expect(grown.size).toBe(fresh.size);
        for (const asked of ['a', 'b', 'c', 'a.txt', 'é'])
          expect(grown.find(asked)).toEqual(fresh.find(asked).toSorted(byPath));
      }),
    );
  });
});
