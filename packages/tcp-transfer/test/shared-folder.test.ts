import { execFileSync } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SharedFolder } from '../src/index.ts';
import { temporaryFolder } from './helpers.ts';

async function read(folder: SharedFolder, name: string): Promise<string | undefined> {
  const file = await folder.openFile(name);
  if (!file) return undefined;
  try {
    expect(await folder.has(name)).toBe(true);
    return await file.handle.readFile('utf8');
  } finally {
    await file.handle.close();
  }
}

describe('a shared folder', () => {
  it('serves of two files with one name the first by path', async () => {
    const path = await temporaryFolder();
    for (const sub of ['b', 'a']) {
      await mkdir(join(path, sub));
      await writeFile(join(path, sub, 'same.txt'), sub);
    }
    const folder = await SharedFolder.open(path);
    expect(await read(folder, 'same.txt')).toBe('a');
  });

  it('finds a file that was added later', async () => {
    const path = await temporaryFolder();
    const folder = await SharedFolder.open(path);
    expect(await folder.has('late.txt')).toBe(false);
    await writeFile(join(path, 'late.txt'), 'late');
    expect(await read(folder, 'late.txt')).toBe('late');
  });

  it('serves no link that leaves it, and no FIFO', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows lets few make links, and has no FIFOs');
    const [path, outside] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(join(outside, 'secret.txt'), 'secret');
    await writeFile(join(path, 'inside.txt'), 'inside');
    await symlink(join(outside, 'secret.txt'), join(path, 'leak.txt'));
    await symlink(outside, join(path, 'leaks'));
    await symlink('inside.txt', join(path, 'alias.txt'));
    await symlink('loop', join(path, 'loop'));
    execFileSync('mkfifo', [join(path, 'pipe')]);
    const folder = await SharedFolder.open(path);
    for (const name of ['leak.txt', 'leaks', 'secret.txt', 'loop', 'pipe'])
      expect(await read(folder, name)).toBeUndefined();
    expect(await read(folder, 'alias.txt')).toBe('inside');
    expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret');
  });

  it('must exist', async () => {
    await expect(SharedFolder.open(join(await temporaryFolder(), 'no'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('must be a folder', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(path, '');
    await expect(SharedFolder.open(path)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
