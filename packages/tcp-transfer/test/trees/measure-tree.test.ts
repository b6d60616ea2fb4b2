// What a folder that is served is measured as, and what clients see of it.
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { TreeOmission } from '@peerlane/protocol';
import { fileOutcomes, type FileBatchAnswer } from '../../src/hashing/file-batch.ts';
import { measureTree, openLibrary, startFileServer, type Library } from '../../src/index.ts';
import { TreeHash } from '../../src/trees/tree-hash.ts';
import { treeOf } from '../support/folder-client.ts';
import { temporaryFolder } from '../support/helpers.ts';

/** A folder `photos` with files of one piece, one of several, an empty folder and, if it can be, a link. */
async function photos(): Promise<Library> {
  const folder = join(await temporaryFolder(), 'photos');
  await mkdir(join(folder, 'empty'), { recursive: true });
  for (const name of ['a', 'b', 'c']) await writeFile(join(folder, name), name);
  await writeFile(join(folder, 'large'), Buffer.alloc(600_000, 'x'));
  if (process.platform !== 'win32') await symlink('a', join(folder, 'link'));
  const library = await openLibrary([folder]);
  onTestFinished(() => library.close());
  return library;
}

it('A folder is measured as clients see it', async () => {
  const library = await photos();
  const { files, manifests } = library;
  const server = await startFileServer({ library });
  onTestFinished(() => server.close());
  const omitted: TreeOmission[] = [];
  const measure = await measureTree((await files.folders.find('photos'))!, 'photos', {
    manifests,
    onOmitted: (entry) => omitted.push(entry),
  });
  const hash = new TreeHash();
  const entries = await treeOf(server.address, 'photos');
  for (const entry of entries) hash.add(entry);
  expect(measure).toEqual({ root: hash.root, size: 600_003, files: 4 });
  expect(omitted).toEqual(entries.filter(({ kind }) => kind === 'omitted'));
});

it('What was hashed to measure a folder is not hashed again for a client', async () => {
  const library = await photos();
  const { files, manifests, folderWork } = library;
  const folder = (await files.folders.find('photos'))!;
  const work = vi.spyOn(library.hasher, 'workOnFiles');
  const hashed = (): number => {
    const answers = work.mock.settledResults.map(({ value }) => value as FileBatchAnswer);
    work.mockClear();
    const outcomes = answers.flatMap((answer) => [...answer.outcomes]);
    return outcomes.filter((one) => one === fileOutcomes.read).length;
  };
  // What was just written may change unseen, and is hashed again for a while.
  await vi.waitFor(
    async () => {
      await measureTree(folder, 'photos', { manifests, folderWork });
      expect(hashed()).toBe(0);
    },
    { timeout: 30_000, interval: 50 },
  );
  const server = await startFileServer({ library });
  onTestFinished(() => server.close());
  await treeOf(server.address, 'photos');
  expect(work).toHaveBeenCalled();
  expect(hashed()).toBe(0);
});
