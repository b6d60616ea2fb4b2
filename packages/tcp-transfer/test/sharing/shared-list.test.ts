// A list of files and folders that are served by their base names.
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { deferred } from '../../src/async.ts';
import { SharedFiles } from '../../src/index.ts';
import { readServed, temporaryFolder } from '../support/helpers.ts';

async function scene(...files: readonly string[]): Promise<string> {
  const root = await realpath(await temporaryFolder());
  for (const file of files) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), `in ${file}`);
  }
  return root;
}

async function shareList(root: string, ...paths: readonly string[]): Promise<SharedFiles> {
  const served = await SharedFiles.open(paths.map((path) => join(root, path)));
  onTestFinished(() => served.close());
  return served;
}

it('A folder in a list is served by its base name, and what is in it by path or singly', async () => {
  const root = await scene('a.txt', 'my/photos/2026/may/b', 'my/photos/c', 'docs/photos/d', 'e');
  const served = await shareList(root, 'a.txt', 'my/photos', 'docs/');
  const { folders } = served;
  for (const [asked, name] of [
    ['photos', 'photos'],
    ['photos/2026', 'photos/2026'],
    ['may', 'photos/2026/may'],
    ['docs', 'docs'],
    ['docs/photos', 'docs/photos'],
    ['my', undefined],
    ['my/photos', undefined],
    ['', undefined],
    ['photosx', undefined],
  ] as const)
    expect([asked, (await folders.find(asked))?.name]).toEqual([asked, name]);
  const entries = await (await folders.find('photos'))!.entriesAfter(undefined, 9);
  expect(entries.map(({ path }) => path.join('/'))).toEqual([
    '2026',
    '2026/may',
    '2026/may/b',
    'c',
  ]);
  for (const [name, path] of [
    ['a.txt', 'a.txt'],
    ['b', 'my/photos/2026/may/b'],
    ['d', 'docs/photos/d'],
  ] as const) {
    expect(await readServed(served, name)).toBe(`in ${path}`);
    expect((await served.statusOf(name))?.filename).toBe(name);
  }
  expect(await readServed(served, 'e')).toBeUndefined();
});

it('The names of a list are in order, each once, those of its folders among them', async () => {
  const root = await scene('a', 'x/a', 'x/b', 'y/b', 'y/c', 'y/x-1/d', 'x-1/e');
  const served = await shareList(root, 'a', 'x', 'y', 'x-1');
  expect(await served.namesAfter(undefined, 3)).toEqual(['a', 'b', 'c']);
  expect(await served.namesAfter('b', 9)).toEqual(['c', 'd', 'e']);
  expect(await served.folders.namesAfter(undefined, 9)).toEqual(['x', 'x-1', 'y', 'y/x-1']);
  expect(await served.folders.namesAfter('x-1', 1)).toEqual(['y']);
  expect(await served.folders.namesAfter('y', 9)).toEqual(['y/x-1']);
  expect(await served.folders.namesAfter(undefined, 9, 'X')).toEqual(['x', 'x-1', 'y/x-1']);
  expect(await readServed(served, 'a')).toBe('in a');
});

it('A folder in a list is kept current', async () => {
  const root = await scene('x/a');
  const late = deferred<string>();
  const on = { added: (name: string) => (name === 'b' ? late.resolve(name) : undefined) };
  const served = await SharedFiles.open([join(root, 'x')], { on });
  onTestFinished(() => served.close());
  await mkdir(join(root, 'x', 'late'));
  await writeFile(join(root, 'x', 'late', 'b'), 'late');
  // The events of a list's folders come to the listeners that it was opened with.
  await late.promise;
  expect((await served.folders.find('late'))?.name).toBe('x/late');
  expect(await readServed(served, 'b')).toBe('late');
});

it('A list with two things of one name is refused, and what it had opened is closed', async () => {
  const root = await scene('a/x', 'b/a/x', 'b/x', 'c/caf\u00e9', 'c/d/cafe\u0301/x');
  for (const [paths, message] of [
    [['a', 'b/a'], 'two folders are called "a"'],
    [['a/x', 'b/x'], 'two files are called "x"'],
    [['c/caf\u00e9', 'c/d/cafe\u0301'], 'a file and a folder are called "caf\u00e9"'],
    [['c/d/cafe\u0301', 'c/caf\u00e9'], 'a file and a folder are called "caf\u00e9"'],
  ] as const)
    await expect(shareList(root, ...paths)).rejects.toThrow(message);
  await expect(SharedFiles.open(['/'])).rejects.toThrow('a whole disk has no name');
});
