// The tree of a folder: its lines, the rules for its paths and their order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkTreePath,
  compareTreePaths,
  encodeTreeEntry,
  encodeTreeRootPart,
  TreeDecoder,
  writeTreeRootPart,
  type TreeEntry,
} from '../src/index.ts';
import { treeEntry, treePath } from './support/arbitraries.ts';
import { deliveries } from './support/bytes.ts';
import { listIn } from './support/decoding.ts';
import { failure } from './support/outcomes.ts';

const digest = '0123456789abcdef'.repeat(4);
const hello = { path: ['a', 'b'], kind: 'file', size: 6, mtime: 0, digest } as const;

describe('the lines of a tree', () => {
  it('A path with a hole in it is refused, also if the rest of it is a path', () => {
    // eslint-disable-next-line no-sparse-arrays -- the hole is what this is about
    const path = ['a', , 'b'] as unknown as readonly string[];
    expect(() => encodeTreeEntry({ path, kind: 'folder' })).toThrow(failure('not-encodable'));
  });

  it('Entries of a tree survive the wire, however their bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(treeEntry, { maxLength: 4 }), (entries) => {
        const bytes = Uint8Array.from(entries.flatMap((each) => [...encodeTreeEntry(each)]));
        for (const pieces of deliveries(bytes))
          expect(listIn(new TreeDecoder(), pieces)).toEqual(entries);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    [{ ...hello, size: 262_145 }, 'expected a root'],
    [{ ...hello, digest: undefined, root: digest }, 'digest: expected'],
    [{ path: ['a'], kind: 'file', size: 6, digest }, 'expected a size and an mtime'],
    [{ path: ['a', '\ud800'], kind: 'folder' }, 'path: expected'],
    [{ path: ['a'.repeat(8192)], kind: 'folder' }, 'at most 8192 bytes'],
  ])('An entry that says %j is not encoded', (entry, reason) => {
    expect(() => encodeTreeEntry(entry as unknown as TreeEntry)).toThrow(
      failure('not-encodable', reason),
    );
  });
});

describe('the paths of a tree', () => {
  it('A path has at most 64 names and 4,096 bytes', () => {
    const deepest = Array.from({ length: 64 }, () => 'a');
    expect(checkTreePath(deepest)).toBe(deepest);
    expect(() => checkTreePath([...deepest, 'a'])).toThrow(failure('bad-filename', '64 names'));
    expect(() => checkTreePath([])).toThrow(failure('bad-filename', '1 to 64 names'));
    expect(() => checkTreePath([...deepest, 'a'], 64)).toThrow(failure('bad-filename', '64 names'));
    // Sixteen names of 255 bytes, and what is between them.
    const longest = Array.from({ length: 16 }, () => 'é'.repeat(127) + 'a');
    expect(checkTreePath(longest)).toBe(longest);
    expect(() => checkTreePath([...longest, 'a'])).toThrow(failure('bad-filename', '4096 bytes'));
  });

  it.each(['', '.', '..', '.git', 'a/b', 'a\\b', 'NUL', 'a\u0000', 'a'.repeat(256)])(
    'A path with the name %j is refused at any place',
    (name) => {
      for (const path of [[name], [name, 'a'], ['a', name], ['a', name, 'b']])
        expect(() => checkTreePath(path)).toThrow(failure('bad-filename'));
    },
  );

  it('Names of a path that were checked before are not checked again, and the others are', () => {
    const path = ['.hidden', 'a', 'b/c'];
    expect(() => checkTreePath(path)).toThrow(failure('bad-filename', 'hidden'));
    expect(() => checkTreePath(path, 1)).toThrow(failure('bad-filename', 'separator'));
    expect(checkTreePath(path, 3)).toBe(path);
  });

  it('The order of paths is that of a walk which enters a folder as soon as it is met', () => {
    const walk = [
      ['a'],
      ['a', 'a'],
      ['a', 'z', 'b'],
      ['a.txt'],
      ['b'],
      ['é'],
      ['\u{1f600}'],
      ['\uff5e'],
    ];
    expect(walk.toReversed().sort(compareTreePaths)).toEqual(walk);
  });

  it('The order of paths is a total one, and only equal paths are equal in it', () => {
    fc.assert(
      fc.property(treePath, treePath, treePath, (a, b, c) => {
        expect(Math.sign(compareTreePaths(a, b))).toBe(-Math.sign(compareTreePaths(b, a)) + 0);
        expect(compareTreePaths(a, b) === 0).toBe(JSON.stringify(a) === JSON.stringify(b));
        const [x, y, z] = [a, b, c].sort(compareTreePaths);
        expect(compareTreePaths(x!, z!)).toBeLessThanOrEqual(0);
        expect(compareTreePaths(x!, y!)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('the root of a tree', () => {
  const partsOf = (entries: readonly TreeEntry[]): string =>
    Buffer.concat(entries.map(encodeTreeRootPart)).toString('hex');

  it('Trees with the same parts have the same names and contents', () => {
    fc.assert(
      fc.property(
        fc.array(treeEntry, { maxLength: 3 }),
        fc.array(treeEntry, { maxLength: 3 }),
        (one, other) => {
          const named = (entries: readonly TreeEntry[]): unknown =>
            entries
              .filter(({ kind }) => kind !== 'omitted')
              .map((entry) => ({ ...entry, mtime: 0, exec: undefined }));
          expect(partsOf(one) === partsOf(other)).toBe(
            JSON.stringify(named(one)) === JSON.stringify(named(other)),
          );
        },
      ),
    );
  });

  it('Times and the executable bit do not count, and an omitted entry does not', () => {
    expect(partsOf([{ ...hello, mtime: 1, exec: true }])).toBe(partsOf([hello]));
    expect(partsOf([hello, { path: ['c'], kind: 'omitted', reason: 'link' }])).toBe(
      partsOf([hello]),
    );
    expect(partsOf([{ ...hello, path: ['a/b'] }])).not.toBe(partsOf([hello]));
    expect(partsOf([{ ...hello, size: 7 }])).not.toBe(partsOf([hello]));
  });

  it('Parts that are written one after the other into memory are the same, and none goes beyond it', () => {
    fc.assert(
      fc.property(fc.array(treeEntry, { maxLength: 4 }), fc.nat(2000), (entries, room) => {
        const memory = new Uint8Array(room);
        let end: number | undefined = 0;
        const written: TreeEntry[] = [];
        for (const entry of entries) {
          const next = writeTreeRootPart(entry, memory, end);
          if (next === undefined) break;
          end = next;
          written.push(entry);
        }
        expect(Buffer.from(memory.subarray(0, end)).toString('hex')).toBe(partsOf(written));
        expect(memory.subarray(end).every((byte) => byte === 0)).toBe(true);
      }),
    );
  });
});
