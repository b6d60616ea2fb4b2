// A whole folder on the disk: what is placed is what was sent, and is found to be the same afterwards.
import { chmod, mkdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { maxTreeDepth, type TreeFile } from '@peerlane/protocol';
import { entries, temporaryFolder } from '../support/helpers.ts';
import { Random } from '../support/random.ts';
import { changed, found, openTree, randomTree, received } from '../support/trees.ts';

const placed = { state: 'placed', created: true };

describe('TreeTarget', () => {
  it.each([false, true])(
    'What is placed equals what was sent, and a second run finds all of it (synced: %s)',
    async (sync) => {
      const random = new Random();
      const into = await temporaryFolder();
      const files = await randomTree(random, 150);
      const wanted = files.map(({ entry }) => entry);
      const first = await openTree(into, { sync });
      expect(await first.compare(wanted)).toEqual(files.map(() => ({ state: 'missing' })));
      const halves = [files.slice(0, 70), files.slice(70)].map((some) => first.place(some));
      expect((await Promise.all(halves)).flat(), random.seed).toEqual(files.map(() => placed));
      await first.finish();
      const second = await openTree(into, { sync });
      expect(await second.compare(wanted), random.seed).toEqual(
        files.map(() => ({ state: 'same' })),
      );
      await second.finish();
      const there = await found(join(into, 'tree'));
      const names = Object.keys(there).filter((name) => there[name] !== undefined);
      expect(names).toEqual(wanted.map(({ path }) => join(...path)).sort());
      for (const { entry, content } of files) {
        const path = join(into, 'tree', ...entry.path);
        expect(Buffer.concat(content).equals(await readFile(path)), random.seed).toBe(true);
        const { mtimeMs, mode } = await stat(path);
        expect([mtimeMs, (mode & 0o100) !== 0]).toEqual([entry.mtime, entry.exec === true]);
      }
    },
  );

  it('The time and the executable bit of a file of the same content become those of the entry', async () => {
    const into = await temporaryFolder();
    const target = await openTree(into);
    const files = [
      await received(['on'], 'a', { exec: true }),
      await received(['off'], 'b'),
      await received(['large'], Buffer.alloc(5_000_000, 'c'), { exec: true }),
    ];
    for (const { entry, content } of files) {
      const path = join(into, 'tree', entry.path[0]!);
      await writeFile(path, Buffer.concat(content));
      await chmod(path, entry.exec ? 0o644 : 0o755);
      await utimes(path, 1, 1);
    }
    const wanted = files.map(({ entry }) => entry);
    expect(await target.compare(wanted)).toEqual(files.map(() => ({ state: 'same' })));
    const modes: number[] = [];
    for (const { path } of wanted) {
      const { mode, mtimeMs } = await stat(join(into, 'tree', path[0]!));
      expect(mtimeMs).toBe(changed);
      modes.push(mode & 0o777);
    }
    expect(modes.map((mode) => (mode & 0o100) !== 0)).toEqual([true, false, true]);
  });

  it('A file of other content, or that has become shorter or longer, is another one', async () => {
    const into = await temporaryFolder();
    const target = await openTree(into, { existing: 'refuse' });
    const files = [
      await received(['small'], 'abc'),
      await received(['middle'], Buffer.alloc(600_000, 'a')),
      await received(['large'], Buffer.alloc(5_000_000, 'a')),
    ];
    const wanted: readonly TreeFile[] = files.map(({ entry }) => entry);
    for (const change of ['content', 'shorter', 'longer'] as const) {
      for (const { entry, content } of files) {
        const bytes = Buffer.concat(content);
        const path = join(into, 'tree', entry.path[0]!);
        if (change === 'content') bytes[bytes.length - 1]! ^= 1;
        await writeFile(path, bytes);
        if (change !== 'content')
          await truncate(path, bytes.length + (change === 'longer' ? 1 : -1));
      }
      expect(await target.compare(wanted)).toEqual(files.map(() => ({ state: 'other' })));
    }
  });

  it('Content that is not that of its entry is not written', async () => {
    const into = await temporaryFolder();
    const target = await openTree(into);
    const files = [
      await received(['small'], 'abc'),
      await received(['middle'], Buffer.alloc(600_000, 'a')),
      await received(['right'], 'def'),
    ];
    for (const { content } of files.slice(0, 2)) content[0]![0]! ^= 1;
    expect(await target.place(files)).toEqual([{ state: 'wrong' }, { state: 'wrong' }, placed]);
    await target.finish();
    expect(await found(join(into, 'tree'))).toEqual({ right: 'def' });
  });

  it('Folders are made where they are missing, and kept where they are', async () => {
    const into = await temporaryFolder();
    await mkdir(join(into, 'tree', 'a'), { recursive: true });
    const target = await openTree(into);
    const all = [['a', 'b', 'c'], ['a'], ['d']].map((path) => target.makeFolder(path));
    await Promise.all(all);
    await target.finish();
    expect(Object.keys(await found(join(into, 'tree')))).toEqual([
      ...['a', join('a', 'b'), join('a', 'b', 'c'), 'd'],
    ]);
  });

  it('Paths of every depth that is allowed can be written, more of them than are held open', async () => {
    const into = await temporaryFolder();
    const target = await openTree(into);
    const deep = Array.from({ length: maxTreeDepth - 1 }, (_, level) => `${level}`);
    const files = [await received([...deep, 'file'], 'deep')];
    for (let number = 0; number < 200; number += 1)
      files.push(await received([`n${number}`, 'file'], `${number}`));
    expect(await target.place(files)).toEqual(files.map(() => placed));
    expect(await target.compare(files.map(({ entry }) => entry))).toEqual(
      files.map(() => ({ state: 'same' })),
    );
    await target.finish();
    expect(await readFile(join(into, 'tree', ...deep, 'file'), 'utf8')).toBe('deep');
  });

  it('A name of 255 bytes is written, and a longer one or one that leads elsewhere is refused', async () => {
    const into = await temporaryFolder();
    const target = await openTree(into);
    const longest = 'ü'.repeat(127) + 'x';
    expect(await target.place([await received([longest, longest], 'a')])).toEqual([placed]);
    for (const path of [['..', 'a'], ['a/b'], [`${longest}x`], ['.peerlane', 'a'], []]) {
      const file = await received(path, 'a');
      const refused = { code: 'bad-filename' };
      await expect(target.place([file])).rejects.toMatchObject(refused);
      await expect(target.compare([file.entry])).rejects.toMatchObject(refused);
      await expect(target.makeFolder(path)).rejects.toMatchObject(refused);
      await expect(target.folderFor(path)).rejects.toMatchObject(refused);
      await expect(target.copy(file.entry)).rejects.toMatchObject(refused);
    }
    expect(await entries(into)).toEqual(['tree']);
  });

  it('A folder that is looked for and made at the same moment is made', async () => {
    const into = await temporaryFolder();
    const target = await openTree(into);
    for (let number = 0; number < 20; number += 1) {
      const file = await received([`${number}`, 'file'], 'a');
      const [, result] = await Promise.all([target.compare([file.entry]), target.place([file])]);
      expect(result).toEqual([placed]);
    }
  });

  it('An aborted signal ends all work, and nothing hidden stays', async () => {
    const into = await temporaryFolder();
    const control = new AbortController();
    const target = await openTree(into, { signal: control.signal });
    const file = await received(['a'], 'a');
    const reason = new Error('enough');
    control.abort(reason);
    await expect(target.compare([file.entry])).rejects.toBe(reason);
    await expect(target.place([file])).rejects.toBe(reason);
    await target.close();
    expect(await found(into)).toEqual({ tree: undefined });
  });
});
