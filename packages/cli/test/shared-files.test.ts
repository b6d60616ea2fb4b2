// Files that are shared by their paths, where others may move what lies on the way.
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { SharedFiles } from '../src/shared-files.ts';
import { it } from './lab.ts';

it('never reads a shared file through a link that takes the place of its folder.', async ({
  lab,
}) => {
  const [folder, secrets] = [await lab.folder(), await lab.folder()];
  const path = join(folder, 'public', 'notes.txt');
  await mkdir(join(folder, 'public'));
  await writeFile(path, 'mine');
  await writeFile(join(secrets, 'notes.txt'), 'secret');
  const files = await SharedFiles.open([path]);
  const opened = await files.openFile('notes.txt');
  expect(await opened?.handle.readFile('utf8')).toBe('mine');
  await opened?.handle.close();
  await rename(join(folder, 'public'), join(folder, 'away'));
  await symlink(secrets, join(folder, 'public'), 'junction');
  expect(await files.openFile('notes.txt')).toBeUndefined();
  expect(await files.statusOf('notes.txt')).toBeUndefined();
});
