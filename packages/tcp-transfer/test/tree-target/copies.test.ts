// Files that are in a folder already, under other names: copied, and verified.
import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CopyIndex } from '../../src/tree-target/copy-index.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { changed, found, openTree, received } from '../support/trees.ts';

describe('TreeTarget.copy', () => {
  it.each([0, 10, 300_000, 5_000_000])(
    'A file of %i bytes that is there under another name is copied, with the properties of its entry',
    async (size) => {
      const into = await temporaryFolder();
      const content = Buffer.alloc(size, 'x');
      const first = await openTree(into);
      const was = await received(['was', 'here'], content);
      await mkdir(join(into, 'tree', 'was'));
      await writeFile(join(into, 'tree', 'was', 'here'), content);
      await first.compare([was.entry]);
      const duplicate = await received(['new', 'copy'], content, { exec: true });
      expect(await first.copy(duplicate.entry)).toBe(true);
      await first.finish();
      const { mtimeMs, mode } = await stat(join(into, 'tree', 'new', 'copy'));
      expect([mtimeMs, (mode & 0o100) !== 0]).toEqual([changed, true]);

      await rename(join(into, 'tree', 'was'), join(into, 'tree', 'moved'));
      const second = await openTree(into, { sync: true });
      expect(await second.copy((await received(['moved', 'again'], content)).entry)).toBe(true);
      expect((await readdir(join(into, 'tree', 'moved'))).sort()).toEqual(['again', 'here']);
    },
  );

  it('A file of the same size and other content is not taken for it, and its name stays free', async () => {
    const into = await temporaryFolder();
    await mkdir(join(into, 'tree'));
    await writeFile(join(into, 'tree', 'a'), 'old');
    const target = await openTree(into);
    expect(await target.copy((await received(['b'], 'new')).entry)).toBe(false);
    await target.finish();
    expect(await found(join(into, 'tree'))).toEqual({ a: 'old' });
  });

  it('A file that was changed after it was compared is not copied', async () => {
    const into = await temporaryFolder();
    const target = await openTree(into);
    const file = await received(['a'], 'abc');
    await target.place([file]);
    await writeFile(join(into, 'tree', 'a'), 'xyz');
    expect(await target.copy((await received(['b'], 'abc')).entry)).toBe(false);
    await target.finish();
    expect(await found(join(into, 'tree'))).toEqual({ a: 'xyz' });
  });
});

describe('CopyIndex', () => {
  it('It finds the paths of a key, and of no other', () => {
    const index = new CopyIndex();
    for (let key = 0; key < 1000; key += 1) index.add(key * 1000, ['a', `${key}`]);
    index.add(5000, ['b']);
    expect([...index.find(5000)]).toEqual([['a', '5'], ['b']]);
    expect([...index.find(5001)]).toEqual([]);
    expect([index.has(5000), index.has(5001)]).toEqual([true, false]);
  });

  it('It keeps the folder of each path, whichever came before', () => {
    const index = new CopyIndex();
    const paths = [['a'], ['b', 'a'], ['b', 'c', 'a'], ['b', 'c', 'b'], ['b', 'b'], ['c']];
    for (const [key, path] of paths.entries()) index.add(key * 100, path);
    expect(paths.map((_, key) => [...index.find(key * 100)])).toEqual(paths.map((path) => [path]));
  });

  it('It keeps names of any letters, up to the last byte', () => {
    const name = '\u{1f600}é'.repeat(3);
    // The folder in 2 bytes, and three names.
    const index = new CopyIndex({ bytes: 2 + 3 * (6 + Buffer.byteLength(name)), places: 64 });
    for (let key = 0; key < 4; key += 1) index.add(key, [name]);
    expect([0, 1, 2, 3].map((key) => [...index.find(key)])).toEqual([
      [[name]],
      [[name]],
      [[name]],
      [],
    ]);
  });

  it('It takes no more memory than it may, and keeps what came first', () => {
    const index = new CopyIndex({ bytes: 1000, places: 64 });
    for (let key = 0; key < 10_000; key += 1) index.add(key, ['a name', `${key}`]);
    expect([...index.find(0)]).toEqual([['a name', '0']]);
    expect([...index.find(9999)]).toEqual([]);
  });
});
