// The rules for everything that a server serves, be it a folder or a list of files.
import { execFileSync } from 'node:child_process';
import { link, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SharedFiles, type ServedFiles, type SharedFile } from '../../src/index.ts';
import { readServed, shareUnwatched, temporaryFolder } from '../support/helpers.ts';

/** Files in one folder by their relative paths, and something that serves them. */
interface Scene {
  readonly path: string;
  readonly served: ServedFiles;
}

const ways: Record<string, (root: string, paths: readonly string[]) => Promise<ServedFiles>> = {
  'a shared folder': (root) => shareUnwatched(root),
  'a list of files': (_root, paths) => SharedFiles.open(paths),
};

describe.each(Object.entries(ways))('%s', (_kind, serve) => {
  const scene = async (...names: readonly string[]): Promise<Scene> => {
    const path = await temporaryFolder();
    for (const name of names) {
      await mkdir(join(path, name, '..'), { recursive: true });
      await writeFile(join(path, name), `in ${name}`);
    }
    const served = await serve(
      path,
      names.map((name) => join(path, name)),
    );
    return { path, served };
  };

  const open = async (served: ServedFiles, name: string): Promise<SharedFile> => {
    const file = await served.openFile(name);
    onTestFinished(async () => {
      await file?.handle.close();
    });
    return file!;
  };

  it('A file is found by its base name, whatever path is asked for', async () => {
    const { served } = await scene('sub/a.txt', 'b.txt');
    for (const asked of ['a.txt', '/etc/a.txt', '../../a.txt', 'sub/a.txt'])
      expect([asked, await readServed(served, asked)]).toEqual([asked, 'in sub/a.txt']);
    expect(await served.openFile('c.txt')).toBeUndefined();
    expect(await served.statusOf('c.txt')).toBeUndefined();
  });

  it('A name is found in any Unicode form', async () => {
    const { served } = await scene('e\u0301.txt');
    for (const asked of ['e\u0301.txt', '\u00e9.txt'])
      expect(await readServed(served, asked)).toBe('in e\u0301.txt');
    expect(await served.namesAfter(undefined, 9)).toEqual(['\u00e9.txt']);
  });

  it('Names are listed in pages, in their order', async () => {
    const { served } = await scene('b', 'sub/a', 'Z', '😀');
    expect(await served.namesAfter(undefined, 3)).toEqual(['Z', 'a', 'b']);
    expect(await served.namesAfter('a', 3)).toEqual(['b', '😀']);
  });

  it('The status of a file is what the file has when it is opened', async () => {
    const { served } = await scene('a.txt');
    const file = await open(served, 'a.txt');
    const { handle: _handle, ...status } = { ...file };
    expect(await served.statusOf('a.txt')).toMatchObject({
      filename: 'a.txt',
      size: status.size,
      identity: {
        ino: status.identity.ino,
        mtimeNs: status.identity.mtimeNs,
        ctimeNs: status.identity.ctimeNs,
      },
    });
  });

  it('A file that was written a moment ago gets time to come to rest', async () => {
    const { path, served } = await scene('a.txt');
    await writeFile(join(path, 'a.txt'), 'other');
    const { identity } = await open(served, 'a.txt');
    // A timer may fire up to a millisecond early.
    expect(Date.now() - Number(identity.ctimeNs / 1_000_000n)).toBeGreaterThanOrEqual(19);
  });

  it('A new hard link is no change of a file, and a write is one', async () => {
    const { path, served } = await scene('a.txt');
    const file = await open(served, 'a.txt');
    expect(await file.unchanged()).toBe(true);
    await link(join(path, 'a.txt'), join(path, 'b.txt'));
    expect(await file.unchanged()).toBe(true);
    await writeFile(join(path, 'a.txt'), 'other');
    expect(await file.unchanged()).toBe(false);
  });

  it('The file that has a name now is served, and nothing once it is gone', async () => {
    const { path, served } = await scene('a.txt');
    await rename(join(path, 'a.txt'), join(path, 'old.txt'));
    expect(await served.openFile('a.txt')).toBeUndefined();
    expect(await served.statusOf('a.txt')).toBeUndefined();
    await writeFile(join(path, 'a.txt'), 'new');
    expect(await readServed(served, 'a.txt')).toBe('new');
  });

  it.skipIf(process.platform === 'win32').each<[string, (at: string, secret: string) => unknown]>([
    ['a link to a file elsewhere', (at, secret) => symlink(secret, at)],
    ['a link to a device', (at) => symlink('/dev/zero', at)],
    ['a FIFO', (at) => execFileSync('mkfifo', [at])],
    ['a folder', (at) => mkdir(at)],
  ])('Nothing is served when %s replaces a file', async (_what, make) => {
    const { path, served } = await scene('sub/a.txt');
    const secret = join(await temporaryFolder(), 'a.txt');
    await writeFile(secret, 'secret');
    expect(await readServed(served, 'a.txt')).toBe('in sub/a.txt');
    await rm(join(path, 'sub', 'a.txt'));
    await make(join(path, 'sub', 'a.txt'), secret);
    expect(await readServed(served, 'a.txt')).toBeUndefined();
    expect(await served.statusOf('a.txt')).toBeUndefined();
  });

  it('Nothing is served when a folder in the path of a file becomes a link to another', async () => {
    const { path, served } = await scene('sub/a.txt');
    const elsewhere = await temporaryFolder();
    await writeFile(join(elsewhere, 'a.txt'), 'secret');
    expect(await readServed(served, 'a.txt')).toBe('in sub/a.txt');
    await rename(join(path, 'sub'), join(path, 'old'));
    await symlink(elsewhere, join(path, 'sub'), 'junction');
    expect(await readServed(served, 'a.txt')).toBeUndefined();
    expect(await served.statusOf('a.txt')).toBeUndefined();
  });
});

describe('a list of files', () => {
  it('A list of files serves a file that is hidden, or reached by a link, if a path names it', async () => {
    const path = await temporaryFolder();
    await writeFile(join(path, '.hidden'), 'hidden');
    if (process.platform !== 'win32') await symlink('.hidden', join(path, 'link'));
    for (const name of process.platform === 'win32' ? ['.hidden'] : ['.hidden', 'link']) {
      const served = await SharedFiles.open([join(path, name)]);
      expect(await readServed(served, name)).toBe('hidden');
    }
  });

  it('A list of files reports which path is not a file, and which name two files have', async () => {
    const path = await temporaryFolder();
    await mkdir(join(path, 'sub'));
    for (const name of ['a', 'sub/a']) await writeFile(join(path, name), '');
    const [file, missing] = ['a', 'no'].map((name) => join(path, name));
    for (const [paths, message] of [
      [['/dev/null'], '"/dev/null" is neither a file nor a folder'],
      [[file, missing], `there is no file "${missing}"`],
      [[''], 'there is no file ""'],
      [[file, join(path, 'sub', 'a')], 'two files are called "a"'],
    ] as const)
      await expect(SharedFiles.open(paths.map(String))).rejects.toThrow(message);
    expect(await (await SharedFiles.open([])).namesAfter(undefined, 9)).toEqual([]);
  });
});
