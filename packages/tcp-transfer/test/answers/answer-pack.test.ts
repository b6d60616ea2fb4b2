// Packs of small files, as a client gets them.
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/helpers.ts';
import { FakeFolder } from '../support/fake-folders.ts';
import { packOf, serving } from '../support/folder-client.ts';

it('A pack holds the files that were asked for, in that order', async () => {
  const path = await temporaryFolder();
  await mkdir(join(path, 'sub'));
  await writeFile(join(path, 'sub', 'a'), 'hello\n');
  await writeFile(join(path, 'b'), '');
  await writeFile(join(path, 'c'), 'c');
  const server = await serving([new FakeFolder(path, 'f')]);
  const got = await packOf(server.address, 'f', [['c'], ['sub', 'a'], ['nowhere'], ['b'], ['c']]);
  expect(got).toEqual([
    { content: Buffer.from('c') },
    { content: Buffer.from('hello\n') },
    { error: 'not-found' },
    { content: Buffer.from('') },
    { content: Buffer.from('c') },
  ]);
});

it('A pack has at most 4 MiB of files: what does not fit comes later', async () => {
  const path = await temporaryFolder();
  for (const [name, size] of [
    ['a', 3_000_000],
    ['b', 2_000_000],
    ['c', 1_000_000],
    ['d', 4_194_304],
    ['e', 4_194_305],
  ] as const) {
    await writeFile(join(path, name), '');
    await truncate(join(path, name), size);
  }
  const server = await serving([new FakeFolder(path, 'f')]);
  const sizes = async (...names: string[]): Promise<(number | string)[]> =>
    (
      await packOf(
        server.address,
        'f',
        names.map((name) => [name]),
      )
    ).map((file) => ('content' in file ? file.content.length : file.error));
  expect(await sizes('a', 'b', 'c')).toEqual([3_000_000, 'later', 1_000_000]);
  expect(await sizes('d', 'c')).toEqual([4_194_304, 'later']);
  expect(await sizes('e', 'c')).toEqual(['later', 1_000_000]);
});
