// Large files of a tree: a verified download writes each into its folder, which the tree holds open.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entries, temporaryFolder } from '../support/helpers.ts';
import { download, openFilesIn, sharing, sourcesOf } from '../support/peers.ts';
import { found, openTree } from '../support/trees.ts';

const content = randomBytes(3 * 1024 * 1024);

/** A tree with a link out of it where a file of it belongs, and what no download may touch. */
async function scene(): Promise<{ readonly into: string; readonly home: string }> {
  const [into, home] = [await temporaryFolder(), await temporaryFolder()];
  await mkdir(join(into, 'tree', 'a'), { recursive: true });
  await writeFile(join(home, 'precious'), 'mine');
  return { into, home };
}

describe('TreeTarget.folderFor', () => {
  it('A verified download writes a file into the folder that is held, and nothing stays open', async () => {
    const { into } = await scene();
    const { address } = await sharing({ file: content });
    const target = await openTree(into);
    for (const [path, name] of [
      [['a', 'b', 'file'], 'file'],
      [['a', 'b', 'file'], 'file (1)'],
    ] as const) {
      await using held = await target.folderFor(path);
      await download({ sources: sourcesOf(address), into: held.folder });
      expect((await readFile(join(into, 'tree', 'a', 'b', name))).equals(content)).toBe(true);
      await writeFile(join(into, 'tree', 'a', 'b', 'file'), 'changed');
    }
    await target.finish();
    expect(await entries(join(into, 'tree', 'a', 'b'))).toEqual(['file', 'file (1)']);
    expect(openFilesIn(into)).toEqual([]);
  });

  it('A folder that is exchanged for a link while it is held gets nothing', async ({ skip }) => {
    skip(process.platform !== 'linux', 'elsewhere the download fails');
    const { into, home } = await scene();
    const { address } = await sharing({ file: content });
    const target = await openTree(into);
    await using held = await target.folderFor(['a', 'file']);
    await rename(join(into, 'tree', 'a'), join(into, 'moved'));
    await symlink(home, join(into, 'tree', 'a'));
    const done = await download({ sources: sourcesOf(address), into: held.folder }).catch(
      (error: unknown) => error,
    );
    expect(done).toBeDefined();
    expect(await found(home)).toEqual({ precious: 'mine' });
  });

  it.each(['rename', 'replace'] as const)(
    'A link in the place of the file is not written through (%s)',
    async (existing) => {
      const { into, home } = await scene();
      const { address } = await sharing({ file: content });
      await symlink(join(home, 'precious'), join(into, 'tree', 'a', 'file'));
      const target = await openTree(into, { existing });
      await using held = await target.folderFor(['a', 'file']);
      await download({ sources: sourcesOf(address), into: held.folder, existing });
      const name = existing === 'rename' ? 'file (1)' : 'file';
      expect((await readFile(join(into, 'tree', 'a', name))).equals(content)).toBe(true);
      expect(await found(home)).toEqual({ precious: 'mine' });
    },
  );
});
