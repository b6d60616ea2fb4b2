// Completion of the folder that a session asks for.
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { folderCompletion } from '../../src/session/folder-completion.ts';
import { it } from '../support/lab.ts';

const isWindows = process.platform === 'win32';

it('The path of a folder is completed as it was begun: plain, in quotes, or with backslashes', async ({
  lab,
  skip,
}) => {
  skip(isWindows, 'there a backslash separates folders');
  const cwd = await lab.folder();
  for (const name of ['my folder', 'my files', 'other', '.hidden', "it's"])
    await mkdir(join(cwd, name));
  await mkdir(join(cwd, 'my folder', 'in side'));
  await writeFile(join(cwd, 'my file'), '');
  await writeFile(join(cwd, 'over'), '');
  await symlink(join(cwd, 'other'), join(cwd, 'olink'));
  await symlink(join(cwd, 'over'), join(cwd, 'oval'));
  const complete = folderCompletion(cwd);
  for (const [typed, ...completed] of [
    ['my', 'my files/', 'my folder/'],
    ['  my fo', 'my folder/'],
    ['my folder/', 'my folder/in side/'],
    ['"my fo', '"my folder/'],
    ['"my folder"/i', '"my folder"/in side/'],
    ["'my folder/in", "'my folder/in side/"],
    ['my\\ fo', 'my\\ folder/'],
    ['my\\ folder/i', 'my\\ folder/in\\ side/'],
    ["it's", "it's/"],
    ['o', 'olink/', 'other/'],
    ['other', 'other/'],
    ['.h', '.hidden/'],
    ['', "it's/", 'my files/', 'my folder/', 'olink/', 'other/'],
    [`${cwd}/ot`, `${cwd}/other/`],
    ['none/x'],
    ['x'],
  ])
    expect(await complete(typed!)).toEqual([completed, typed!.trimStart()]);
});

it('A folder whose name cannot be shown as it is is not completed', async ({ lab, skip }) => {
  skip(isWindows, 'Windows has no such names');
  const cwd = await lab.folder();
  await mkdir(join(cwd, 'a\u001b[2J'));
  expect(await folderCompletion(cwd)('a')).toEqual([[], 'a']);
});
