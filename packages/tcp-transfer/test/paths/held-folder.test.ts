// Folders that are kept open, and notice when another entry is at their path.
import { mkdir, readFile, rename, rmdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DownloadFolder } from '../../src/storage/download-folder.ts';
import { HeldFolder, withPlainPaths, type AnchorOf } from '../../src/paths/held-folder.ts';
import { makeHiddenFolder, removeHiddenFolder } from '../../src/leftovers/hidden-folder.ts';
import { Ownership } from '../../src/leftovers/ownership.ts';
import { entries, temporaryFolder } from '../support/helpers.ts';

/** As on systems that reach nothing by a folder's descriptor. */
const byPath: AnchorOf = () => undefined;

describe('a folder that is held', () => {
  it.skipIf(process.platform !== 'linux')(
    'A held folder is written to where it is by now, and not what was put in its place',
    async () => {
      const outer = await temporaryFolder();
      const [path, moved] = [join(outer, 'here'), join(outer, 'moved')];
      await mkdir(path);
      await using folder = await HeldFolder.open(path);
      await rename(path, moved);
      await mkdir(path);
      await writeFile(folder.at('file'), 'x');
      expect([await entries(path), await entries(moved)]).toEqual([[], ['file']]);
      expect(await folder.isInPlace()).toBe(true);
      expect(withPlainPaths(`open '${folder.at('file')}'`)).toBe(`open '${join(moved, 'file')}'`);
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'The working folder of the program is held, though its path leads elsewhere by now',
    async () => {
      const outer = await temporaryFolder();
      const [path, moved, before] = [join(outer, 'here'), join(outer, 'moved'), process.cwd()];
      await mkdir(path);
      process.chdir(path);
      onTestFinished(() => {
        process.chdir(before);
      });
      expect(process.cwd()).toBe(path);
      await rename(path, moved);
      await mkdir(path);
      await using folder = await HeldFolder.open(path);
      await writeFile(folder.at('file'), 'x');
      expect([await entries(path), await entries(moved)]).toEqual([[], ['file']]);
    },
  );

  it('A folder that is reached by its path notices another one, a link or nothing in its place', async () => {
    const outer = await temporaryFolder();
    const [path, moved] = [join(outer, 'here'), join(outer, 'moved')];
    await mkdir(path);
    await using folder = await HeldFolder.open(path, byPath);
    expect([folder.anchor, await folder.isInPlace()]).toEqual([path, true]);
    await rename(path, moved);
    expect(await folder.isInPlace()).toBe(false);
    await mkdir(path);
    expect(await folder.isInPlace()).toBe(false);
    await expect(folder.verify()).rejects.toMatchObject({ code: 'disk' });
    await rmdir(path);
    await rename(moved, path);
    await expect(folder.verify()).resolves.toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')(
    'A held folder is not opened through a link in another one',
    async () => {
      const [outer, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
      await symlink(elsewhere, join(outer, 'link'));
      await using folder = await HeldFolder.open(outer);
      await expect(folder.openFolder('link')).rejects.toThrow();
      await using named = await HeldFolder.open(join(outer, 'link'));
      await writeFile(named.at('file'), 'x');
      expect(await readFile(join(elsewhere, 'file'), 'utf8')).toBe('x');
    },
  );

  it('A held folder notices a link that replaces it in another one', async () => {
    const [outer, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
    await mkdir(join(outer, 'inner'));
    await using folder = await HeldFolder.open(outer, byPath);
    await using inner = await folder.openFolder('inner');
    expect(await inner.isInPlace()).toBe(true);
    await rename(join(outer, 'inner'), join(elsewhere, 'inner'));
    await symlink(join(elsewhere, 'inner'), join(outer, 'inner'), 'junction');
    expect(await inner.isInPlace()).toBe(false);
  });
});

describe('a hidden folder', () => {
  it('A hidden folder is removed only if it is the one that was made', async () => {
    const path = await temporaryFolder();
    await using folder = await HeldFolder.open(path);
    await using hidden = await makeHiddenFolder(folder, new Ownership());
    await rename(join(path, '.peerlane'), join(path, 'moved'));
    await mkdir(join(path, '.peerlane'));
    await removeHiddenFolder(folder, hidden);
    expect(await entries(path)).toEqual(['.peerlane', 'moved']);
  });

  it('A hidden folder with files of the user in it loses none of them', async () => {
    const path = await temporaryFolder();
    await mkdir(join(path, '.peerlane'), { mode: 0o700 });
    await writeFile(join(path, '.peerlane', 'mine'), 'x');
    const folder = await DownloadFolder.open(path);
    const unfinished = await folder.createUnfinished();
    await unfinished.handle.close();
    await folder.removeUnfinished(unfinished);
    await folder.release();
    expect(await entries(join(path, '.peerlane'))).toEqual(['mine']);
  });
});
