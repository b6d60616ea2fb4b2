// Walks through a tree of folders: the order, places to go on from, and trees that change meanwhile.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byPath } from '../../src/names/join-path.ts';
import { NameIndex } from '../../src/names/name-index.ts';
import { maxDepth, walkAfter, type WalkedEntry } from '../../src/names/walk.ts';
import { listingOf } from '../support/listing-of.ts';

/** An index of files by their paths. */
function indexOf(paths: Iterable<string>): NameIndex {
  const index = new NameIndex();
  const folders = new Map<string, { files: Set<string>; folders: Set<string> }>();
  const folderAt = (path: string) => {
    const known = folders.get(path);
    if (known) return known;
    const made = { files: new Set<string>(), folders: new Set<string>() };
    folders.set(path, made);
    return made;
  };
  folderAt('');
  for (const path of paths) {
    const names = path.split('/');
    for (let depth = 1; depth < names.length; depth += 1)
      folderAt(names.slice(0, depth - 1).join('/')).folders.add(names[depth - 1]!);
    folderAt(names.slice(0, -1).join('/')).files.add(names.at(-1)!);
  }
  for (const [path, all] of folders)
    index.set(path, listingOf({ files: [...all.files], folders: [...all.folders] }));
  return index;
}

function walk(
  index: NameIndex,
  after: readonly string[] | undefined,
  count: number,
): WalkedEntry[] {
  return walkAfter((folder) => index.listing(folder), '', after, count);
}

/** All paths of a walk in pages; between two of them something is done. */
function walked(index: () => NameIndex, count: number, between: () => void = () => undefined) {
  const all: string[] = [];
  let after: readonly string[] | undefined;
  for (;;) {
    const page = walk(index(), after, count);
    all.push(...page.map(({ path }) => path.join('/')));
    if (page.length < count) return all;
    after = page.at(-1)!.path;
    between();
  }
}

// Folders have names that no file has; some names differ in UTF-16 and in UTF-8.
const folderName = fc.constantFrom('d', 'd-', 'e\u0301', 'D', 'd\u{1f600}', 'd\uffee');
const fileName = fc.constantFrom('a', 'b', 'a.txt', '\u{1f600}', '\uffee', '\u00e9', 'Z');
const filePath = fc
  .tuple(fc.array(folderName, { maxLength: 3 }), fileName)
  .map(([folders, name]) => [...folders, name].join('/'));
const tree = fc.uniqueArray(filePath, { maxLength: 30 });

/** The paths of files and of the folders above them. */
function withFolders(paths: readonly string[]): string[] {
  const all = new Set<string>();
  for (const path of paths) {
    const names = path.split('/');
    for (let depth = 1; depth <= names.length; depth += 1) all.add(names.slice(0, depth).join('/'));
  }
  return [...all];
}

describe('a walk', () => {
  it('A walk comes to each entry once, in order, whatever the size of its pages', () => {
    fc.assert(
      fc.property(tree, fc.integer({ min: 1, max: 40 }), (paths, count) => {
        const index = indexOf(paths);
        expect(walked(() => index, count)).toEqual(withFolders(paths).sort(byPath));
      }),
    );
  });

  it('What is there all the time is walked to exactly once, whatever comes and goes', () => {
    fc.assert(
      fc.property(tree, fc.array(tree), fc.integer({ min: 1, max: 5 }), (stays, others, count) => {
        let index = indexOf(stays);
        let turn = 0;
        const all = walked(
          () => index,
          count,
          () => {
            const more = others[turn++] ?? [];
            index = indexOf([...new Set([...stays, ...more])]);
          },
        );
        expect(all).toEqual([...new Set(all)].sort(byPath));
        expect(all).toEqual(expect.arrayContaining(withFolders(stays)));
      }),
    );
  });

  it('A walk goes on after any place as if all before it had been walked', () => {
    const place = fc.array(fc.oneof(folderName, fileName, fc.constantFrom('', '..', 'c')), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(tree, place, (paths, after) => {
        const found = walk(indexOf(paths), after, 1000).map(({ path }) => path.join('/'));
        const text = after.join('/');
        const behind = withFolders(paths).filter((path) => byPath(path, text) > 0);
        expect(found).toEqual(behind.sort(byPath));
      }),
    );
  });

  it('A folder so deep that what is in it could have no path is an entry that says so', () => {
    const names = (depth: number, length: number): string[] =>
      Array.from({ length: depth }, (_, level) => `${level}`.padStart(length, 'x'));
    const last = (path: readonly string[]) => walk(indexOf([path.join('/')]), undefined, 99).at(-1);
    expect(last([...names(63, 2), 'file'])?.kind).toBe('file');
    expect(last([...names(64, 2), 'file'])).toEqual({ path: names(64, 2), kind: 'unnamable' });
    expect(last([...names(65, 2), 'file'])?.path).toHaveLength(maxDepth);
    const long = last([...names(20, 250), 'file']);
    expect(long?.kind).toBe('unnamable');
    expect(Buffer.byteLength(long!.path.join('/'))).toBeLessThanOrEqual(4096);
    // A folder at the bound with nothing in it is as any other.
    const index = indexOf([[...names(63, 2), 'file'].join('/')]);
    index.set(names(63, 2).join('/'), listingOf({ folders: ['empty'] }));
    index.set([...names(63, 2), 'empty'].join('/'), listingOf({}));
    expect(walk(index, undefined, 99).at(-1)?.kind).toBe('folder');
  });

  it('A folder that may not be read is an entry that says so, and has no name to be found by', () => {
    const index = new NameIndex();
    index.set('', listingOf({ folders: ['no', 'yes'] }));
    index.set('no', listingOf({ isUnreadable: true }));
    index.set('yes', listingOf({}));
    expect(walk(index, undefined, 9).map(({ kind }) => kind)).toEqual(['unreadable', 'folder']);
    expect([index.folderNames.at('no'), index.folderNames.at('yes')]).toEqual([undefined, 'yes']);
  });
});
