// Temporary folders, which are private and are removed with their files.
import { lstat, mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DownloadFolder } from '../../src/storage/download-folder.ts';
import { TemporaryFolder } from '../../src/index.ts';
import { entries, temporaryFolder } from '../support/helpers.ts';

/** Leaves in a folder what downloads may leave. */
async function use(folder: TemporaryFolder): Promise<void> {
  await writeFile(folder.at('file'), 'content');
  const into = await DownloadFolder.open(folder.anchor);
  const { handle } = await into.createUnfinished({ name: '0'.repeat(16) });
  await handle.close();
  await into.release();
}

it('A temporary folder is for this user alone, and is removed with all that was made in it', async () => {
  const folder = await TemporaryFolder.make('peerlane-test-');
  const { path } = folder;
  if (process.platform !== 'win32') expect((await lstat(path)).mode & 0o777).toBe(0o700);
  await use(folder);
  expect(await entries(join(path, '.peerlane'))).toHaveLength(1);
  await folder[Symbol.asyncDispose]();
  await expect(lstat(path)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('A temporary folder leaves unknown files, and files behind a link in it', async () => {
  const elsewhere = await temporaryFolder();
  await writeFile(join(elsewhere, 'precious'), 'mine');
  const folder = await TemporaryFolder.make('peerlane-test-');
  onTestFinished(() => rm(folder.path, { recursive: true }));
  await symlink(elsewhere, folder.at('link'), 'junction');
  await mkdir(join(folder.path, 'folder'));
  for (const name of ['unknown', join('folder', 'unknown')])
    await writeFile(join(folder.path, name), 'mine');
  await folder[Symbol.asyncDispose]();
  expect(await entries(folder.path)).toEqual(['folder', 'unknown']);
  expect(await entries(join(folder.path, 'folder'))).toEqual(['unknown']);
  expect(await entries(elsewhere)).toEqual(['precious']);
});

it.skipIf(process.platform !== 'linux')(
  'A temporary folder that was moved away is emptied there, and what is in its place stays',
  async () => {
    const [home, away] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(join(home, 'file'), 'mine');
    await mkdir(join(home, '.peerlane'), { mode: 0o700 });
    await writeFile(join(home, '.peerlane', 'notes'), 'mine');
    const folder = await TemporaryFolder.make('peerlane-test-');
    await use(folder);
    const moved = join(away, basename(folder.path));
    await rename(folder.path, moved);
    await symlink(home, folder.path);
    await folder[Symbol.asyncDispose]();
    expect(await entries(home)).toEqual(['.peerlane', 'file']);
    expect(await entries(join(home, '.peerlane'))).toEqual(['notes']);
    expect(await entries(moved)).toEqual([]);
    // Fails where the link is gone.
    await unlink(folder.path);
  },
);
