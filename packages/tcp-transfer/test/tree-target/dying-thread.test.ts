// Threads that end while they write a tree: no descriptor stays open, and nothing hidden stays.
import { closeSync, fstatSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PieceHasher } from '../../src/index.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { openFilesIn } from '../support/peers.ts';
import { found, openTree, received } from '../support/trees.ts';

async function manyFiles(count: number): Promise<Awaited<ReturnType<typeof received>>[]> {
  const files = [];
  for (let number = 0; number < count; number += 1)
    files.push(await received([`${number % 7}`, `${number}`], `${number}`));
  return files;
}

describe('TreeTarget, with threads that end', () => {
  it.each([false, true])(
    'A hasher that is closed in the middle leaves only whole files, and nothing open (synced: %s)',
    async (sync) => {
      const into = await temporaryFolder();
      const hasher = new PieceHasher({ threads: 2 });
      const target = await openTree(into, { sync, hasher });
      const over = new AbortController();
      const placing = target
        .place(await manyFiles(3000))
        .catch((error: unknown) => error)
        .finally(() => {
          over.abort();
        });
      // Once a hidden file is beside the one that is there from the beginning, the threads write.
      const hidden = join(into, 'tree', '.peerlane');
      while (!over.signal.aborted && readdirSync(hidden).length < 2)
        await new Promise(setImmediate);
      await hasher.close();
      const result = await placing;
      expect(result).toMatchObject({ message: /the hasher was closed$/ });
      await target.close();
      expect(openFilesIn(into)).toEqual([]);
      for (const [name, content] of Object.entries(await found(join(into, 'tree')))) {
        expect(name).not.toContain('.peerlane');
        if (content !== undefined) expect(content).toBe(name.split('/').at(-1));
      }
    },
  );

  it('A thread that ends closes no file of others', async () => {
    const into = await temporaryFolder();
    const hasher = new PieceHasher({ threads: 3 });
    const target = await openTree(into, { sync: true, hasher });
    const files = await manyFiles(500);
    await Promise.all([target.place(files.slice(0, 250)), target.place(files.slice(250))]);
    await target.finish();
    expect(openFilesIn(into)).toEqual([]);
    const open = Array.from({ length: 300 }, () => openSync(into, 'r'));
    await hasher.close();
    for (const fd of open) expect(fstatSync(fd).isDirectory()).toBe(true);
    for (const fd of open) closeSync(fd);
  });
});
