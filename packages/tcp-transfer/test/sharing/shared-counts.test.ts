// How many files and folders are shared: each once, whatever their names.
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SharedFiles } from '../../src/index.ts';
import { eventually, share, shareUnwatched, temporaryFolder } from '../support/helpers.ts';

/** Makes a folder with two files of one name, one of another, and one that is hidden. */
async function photos(): Promise<string> {
  const path = join(await temporaryFolder(), 'photos');
  for (const day of ['1', '2']) {
    await mkdir(join(path, '2026', day), { recursive: true });
    await writeFile(join(path, '2026', day, 'index.html'), day);
  }
  await writeFile(join(path, 'a.jpg'), 'a');
  await writeFile(join(path, '.hidden'), '');
  return path;
}

async function shareList(...paths: readonly string[]): Promise<SharedFiles> {
  const shared = await SharedFiles.open(paths);
  onTestFinished(() => shared.close());
  return shared;
}

describe('The files that are shared', () => {
  it('Files of one name in several folders count as several', async () => {
    const path = await photos();
    const files = ['2026/1/index.html', '2026/2/index.html', 'a.jpg'].map((name) =>
      join(path, name),
    );
    const folder = await shareUnwatched(path);
    expect([folder.fileCount, folder.folderCount, folder.size]).toEqual([3, 3, 2]);
    expect([...folder.filePaths()].sort()).toEqual(files);
    const listed = await shareList(path);
    expect([listed.fileCount, listed.folderCount]).toEqual([3, 4]);
    expect([...listed.filePaths()].sort()).toEqual(files);
  });

  it('What is listed beside the folder that it lies in counts once', async () => {
    const path = await photos();
    const beside = join(await temporaryFolder(), 'b.txt');
    await writeFile(beside, 'b');
    const listed = await shareList(path, join(path, 'a.jpg'), join(path, '2026'), beside);
    expect([listed.fileCount, listed.folderCount]).toEqual([4, 4]);
    expect([...listed.filePaths()]).toHaveLength(4);
    // What the folder hides is shared by its name alone.
    expect((await shareList(path, join(path, '.hidden'))).fileCount).toBe(4);
  });

  it('The number follows files that come and go', async () => {
    const path = await photos();
    const folder = await share(path);
    await symlink('a.jpg', join(path, 'link'));
    await rm(join(path, '2026', '1'), { recursive: true });
    await eventually(() => (folder.folderCount === 2 ? true : undefined));
    await eventually(() => (folder.has('link') ? true : undefined));
    expect(folder.fileCount).toBe(3);
  });
});
