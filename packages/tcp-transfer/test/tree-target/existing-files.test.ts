// Files that have the names of entries of a tree already: what is kept, and what becomes of the entry.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TransferError } from '../../src/index.ts';
import { TreeTarget } from '../../src/tree-target/tree-target.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { found, openTree, received } from '../support/trees.ts';

async function folderWith(files: Record<string, string>): Promise<string> {
  const into = await temporaryFolder();
  await mkdir(join(into, 'tree'));
  for (const [name, content] of Object.entries(files))
    await writeFile(join(into, 'tree', name), content);
  return into;
}

describe('TreeTarget, where names are in use', () => {
  it('A file gets a numbered name beside one of other content, which counts as the same in the next run', async () => {
    const into = await folderWith({ 'a.txt': 'mine', 'a (1).txt': 'mine too' });
    const target = await openTree(into);
    const file = await received(['a.txt'], 'new');
    expect(await target.compare([file.entry])).toEqual([{ state: 'other' }]);
    expect(await target.place([file])).toEqual([{ state: 'placed', created: true }]);
    expect(await target.compare([file.entry])).toEqual([{ state: 'same' }]);
    expect(await target.place([file])).toEqual([{ state: 'placed', created: false }]);
    await target.finish();
    const there = { 'a.txt': 'mine', 'a (1).txt': 'mine too', 'a (2).txt': 'new' };
    expect(await found(join(into, 'tree'))).toEqual(there);
  });

  it.each(['skip', 'refuse'] as const)(
    'With "%s", a file of other content stays, and one of the same content is kept',
    async (existing) => {
      const into = await folderWith({ a: 'mine', b: 'same', 'a (1)': 'new' });
      const target = await openTree(into, { existing });
      const files = [await received(['a'], 'new'), await received(['b'], 'same')];
      const wanted = files.map(({ entry }) => entry);
      expect(await target.compare(wanted)).toEqual([{ state: 'other' }, { state: 'same' }]);
      expect(await target.place(files)).toEqual([
        { state: 'exists' },
        { state: 'placed', created: false },
      ]);
      await target.finish();
      expect(await found(join(into, 'tree'))).toEqual({ a: 'mine', b: 'same', 'a (1)': 'new' });
    },
  );

  it('With "replace", a file of other content is replaced, and nothing else is', async () => {
    const into = await folderWith({ a: 'old' });
    await mkdir(join(into, 'tree', 'b'));
    const target = await openTree(into, { existing: 'replace' });
    const files = [await received(['a'], 'new'), await received(['b'], 'new')];
    expect(await target.place(files)).toEqual([
      { state: 'placed', created: true },
      { state: 'exists' },
    ]);
    await target.finish();
    expect(await found(join(into, 'tree'))).toEqual({ a: 'new', b: undefined });
  });

  it('A file in the place of a folder is told in one sentence, and stays', async () => {
    const into = await folderWith({ a: 'mine' });
    const target = await openTree(into);
    const error = await target.makeFolder(['a', 'b']).catch((thrown: unknown) => thrown);
    expect(TransferError.is(error) && error.code).toBe('exists');
    expect((error as Error).message).toBe(
      `cannot use the folder ${join(into, 'tree', 'a')}: a file or a link is in its place`,
    );
    const file = await received(['a', 'b'], 'new');
    expect(await target.compare([file.entry])).toEqual([{ state: 'other' }]);
    expect(await target.place([file])).toMatchObject([
      { state: 'failed', error: { code: 'exists' } },
    ]);
    await target.finish();
    expect(await found(join(into, 'tree'))).toEqual({ a: 'mine' });
  });

  it('A file in the place of the whole folder, or no folder for it, is told', async () => {
    const into = await folderWith({ a: 'mine' });
    const hasher = {} as never;
    const exists = TreeTarget.open(join(into, 'tree'), 'a', { hasher });
    await expect(exists).rejects.toMatchObject({ code: 'exists' });
    const missing = TreeTarget.open(join(into, 'nothing'), 'a', { hasher });
    await expect(missing).rejects.toMatchObject({ code: 'disk' });
    const file = TreeTarget.open(join(into, 'tree', 'a'), 'a', { hasher });
    await expect(file).rejects.toMatchObject({ code: 'disk', message: /it is not a folder/ });
  });
});
