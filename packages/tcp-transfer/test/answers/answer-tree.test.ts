// The tree of a folder, as a client gets it page by page.
import { createHash } from 'node:crypto';
import { chmod, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TreeEntry } from '@peerlane/protocol';
import { temporaryFolder } from '../support/helpers.ts';
import { FakeFolder } from '../support/fake-folders.ts';
import { ask, connected, serving, treeIn, treeOf } from '../support/folder-client.ts';

const digestOf = (content: string): string => createHash('sha256').update(content).digest('hex');
const isWindows = process.platform === 'win32';

it('A tree lists each folder, and each file with its size, time and digest', async () => {
  const path = await temporaryFolder();
  await mkdir(join(path, '2026', 'empty'), { recursive: true });
  await writeFile(join(path, '2026', 'a.sh'), 'hello\n');
  await writeFile(join(path, '2026', 'none'), '');
  await writeFile(join(path, 'b'), 'b'.repeat(262_145));
  await utimes(join(path, '2026', 'a.sh'), 1_000_000, 1_767_225_600.5);
  await chmod(join(path, '2026', 'a.sh'), 0o700);
  const server = await serving([new FakeFolder(path, 'photos')]);
  expect(await treeOf(server.address, 'photos')).toMatchObject([
    { path: ['2026'], kind: 'folder' },
    {
      path: ['2026', 'a.sh'],
      kind: 'file',
      size: 6,
      mtime: 1_767_225_600_500,
      digest: digestOf('hello\n'),
      ...(!isWindows && { exec: true }),
    },
    { path: ['2026', 'empty'], kind: 'folder' },
    { path: ['2026', 'none'], kind: 'file', size: 0, digest: digestOf('') },
    { path: ['b'], kind: 'file', size: 262_145 },
  ]);
});

it('Whichever entry a page begins after, it lists all that come after that one', async () => {
  const path = await temporaryFolder();
  for (const folder of ['a', 'a b', 'a/b', 'a/b/c', 'ab', '\ufb33', '😀'])
    await mkdir(join(path, folder), { recursive: true });
  for (const file of ['a!', 'a/1', 'a/b/2', 'a/c', 'b']) await writeFile(join(path, file), file);
  const server = await serving([new FakeFolder(path, 'f')]);
  const whole = await treeOf(server.address, 'f');
  expect(whole).toHaveLength(12);
  const connection = await connected(server.address);
  for (const [index, entry] of whole.entries()) {
    const cursor = entry.path.join('/');
    const { data } = await ask(connection, { want: 'tree', filename: 'f', cursor });
    expect(treeIn(data)).toEqual(whole.slice(index + 1));
  }
});

it('The first page says the name of the folder, and the last one has no cursor', async () => {
  const path = await temporaryFolder();
  for (let index = 0; index < 1000; index += 1)
    await mkdir(join(path, `${index}`.padEnd(240, 'x')));
  const server = await serving([new FakeFolder(path, 'photos/2026')]);
  const connection = await connected(server.address);
  const first = await ask(connection, { want: 'tree', filename: 'photos/2026' });
  const last = treeIn(first.data).at(-1)!;
  expect(first.answer).toMatchObject({ filename: 'photos/2026', cursor: last.path[0] });
  const cursor = first.answer.cursor!;
  const second = await ask(connection, { want: 'tree', filename: 'photos/2026', cursor });
  expect(second.answer.filename).toBeUndefined();
  expect(second.answer.cursor).toBeUndefined();
  expect(treeIn(first.data).length + treeIn(second.data).length).toBe(1000);
});

it('A folder without entries has an empty tree', async () => {
  const server = await serving([new FakeFolder(await temporaryFolder(), 'f')]);
  expect(await treeOf(server.address, 'f')).toEqual([]);
});

it('A tree of which every page was asked for on a new connection is the same', async () => {
  const path = await temporaryFolder();
  for (let index = 0; index < 1000; index += 1)
    await mkdir(join(path, `${index}`.padEnd(240, 'x')));
  const { address } = await serving([new FakeFolder(path, 'f')]);
  const entries: TreeEntry[] = [];
  let cursor: string | undefined;
  do {
    const request = { want: 'tree', filename: 'f', ...(cursor !== undefined && { cursor }) };
    const page = await ask(await connected(address), request);
    entries.push(...treeIn(page.data));
    cursor = page.answer.cursor;
  } while (cursor !== undefined);
  expect(entries).toEqual(await treeOf(address, 'f'));
});

it.skipIf(isWindows)('A link in a folder is listed as omitted', async () => {
  const path = await temporaryFolder();
  await symlink('/etc/passwd', join(path, 'link'));
  const server = await serving([new FakeFolder(path, 'f')]);
  expect(await treeOf(server.address, 'f')).toEqual([
    { path: ['link'], kind: 'omitted', reason: 'link' },
  ]);
});
