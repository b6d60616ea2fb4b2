// Folders that are served as wholes: how they are found, walked through, and what of them is opened.
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ServedFolder, ServedFolders } from '../../src/sharing/served-folders.ts';
import { share, shareUnwatched, temporaryFolder } from '../support/helpers.ts';

/** A folder on the disk with files in it; a path that ends in `/` is an empty folder. */
async function folderWith(...paths: readonly string[]): Promise<string> {
  const root = await realpath(await temporaryFolder());
  for (const path of paths) {
    const at = join(root, path);
    await mkdir(path.endsWith('/') ? at : dirname(at), { recursive: true });
    if (!path.endsWith('/')) await writeFile(at, `in ${path}`);
  }
  return root;
}

/** All entries of a folder as text, read in pages of one size. */
async function walked(folder: ServedFolder, count = 1000): Promise<string[]> {
  const all: string[] = [];
  let after: readonly string[] | undefined;
  for (;;) {
    const page = await folder.entriesAfter(after, count);
    all.push(
      ...page.map(({ path, kind, reason }) =>
        [path.join('/'), kind === 'omitted' ? reason : kind].join(' '),
      ),
    );
    if (page.length < count) return all;
    after = page.at(-1)!.path;
  }
}

async function nameOf(folders: ServedFolders, requested: string): Promise<string | undefined> {
  return (await folders.find(requested))?.name;
}

async function contentOf(
  folder: ServedFolder | undefined,
  ...path: readonly string[]
): Promise<string | undefined> {
  const file = await folder!.openFile(path);
  if (!file) return undefined;
  try {
    return await file.handle.readFile('utf8');
  } finally {
    await file.handle.close();
  }
}

describe('the folders of a shared folder', () => {
  it('A folder is found by its path, and by its last part where no other folder has it', async () => {
    const path = await folderWith('photos/2026/may/a', 'old/photos/b', 'music/may/c', 'x/2026x/d');
    const { folders } = await share(path);
    const found = async (...all: readonly string[]): Promise<unknown> =>
      Promise.all(all.map((each) => nameOf(folders, each)));
    expect(await found('photos', 'old/photos', '2026', '2026x')).toEqual([
      'photos',
      'old/photos',
      'photos/2026',
      'x/2026x',
    ]);
    expect(await found('may', 'a', 'no', '', '/', '..', 'photos/', 'photos/2026/../2026')).toEqual(
      Array.from({ length: 8 }, () => undefined),
    );
  });

  it('A folder is found in any Unicode form, and listed in the composed one', async () => {
    const path = await folderWith('cafe\u0301/e\u0301te\u0301/a');
    const { folders } = await share(path);
    for (const asked of ['caf\u00e9/\u00e9t\u00e9', 'cafe\u0301/\u00e9te\u0301', '\u00e9t\u00e9'])
      expect(await contentOf(await folders.find(asked), 'a')).toBe(
        'in cafe\u0301/e\u0301te\u0301/a',
      );
    expect(await folders.namesAfter(undefined, 9)).toEqual([
      'caf\u00e9',
      'caf\u00e9/\u00e9t\u00e9',
    ]);
  });

  it('The paths of folders are listed in pages, and searched by their last parts', async () => {
    const path = await folderWith('b/', 'a/c/', 'a-b/', 'Z/ab/', '.hidden/d/');
    const { folders } = await share(path);
    expect(await folders.namesAfter(undefined, 3)).toEqual(['Z', 'Z/ab', 'a']);
    expect(await folders.namesAfter('a', 9)).toEqual(['a-b', 'a/c', 'b']);
    expect(await folders.namesAfter(undefined, 9, 'A')).toEqual(['Z/ab', 'a', 'a-b']);
  });

  it('A walk comes to each entry once, in order, whatever the size of its pages', async () => {
    const path = await folderWith(
      'f/b/c',
      'f/b/a/z',
      'f/b-/y',
      'f/empty/',
      'f/.no/x',
      'f/A',
      'g/h',
    );
    const folder = (await (await share(path)).folders.find('f'))!;
    for (const count of [1, 2, 3, 7, 8, 100])
      expect(await walked(folder, count)).toEqual([
        'A file',
        'b folder',
        'b/a folder',
        'b/a/z file',
        'b/c file',
        'b- folder',
        'b-/y file',
        'empty folder',
      ]);
  });

  it('A walk goes on after any place, be there something or not', async () => {
    const path = await folderWith('f/b/c', 'f/d');
    const folder = (await (await share(path)).folders.find('f'))!;
    const first = async (...after: readonly string[]): Promise<string | undefined> =>
      (await folder.entriesAfter(after, 1))[0]?.path.join('/');
    expect(await first('a')).toBe('b');
    expect(await first('b')).toBe('b/c');
    expect(await first('b', 'a', 'x')).toBe('b/c');
    expect(await first('b', 'c', 'x')).toBe('d');
    expect(await first('c', 'z')).toBe('d');
    expect(await first('d', 'z')).toBeUndefined();
    expect(await first('..', '..')).toBe('b');
  });

  it('A file is opened by its path alone, and nothing that is hidden or elsewhere', async () => {
    const path = await folderWith('f/sub/a.txt', 'f/.hidden/b', 'f/sub/.c', 'g/d');
    const { folders } = await share(path);
    const folder = await folders.find('f');
    expect(await contentOf(folder, 'sub', 'a.txt')).toBe('in f/sub/a.txt');
    for (const none of [
      ['a.txt'],
      [],
      ['sub'],
      ['sub', ''],
      ['', 'sub', 'a.txt'],
      ['sub/a.txt'],
      ['.', 'sub', 'a.txt'],
      ['..', 'g', 'd'],
      ['..\0'],
      ['.hidden', 'b'],
      ['sub', '.c'],
    ])
      expect([none, await contentOf(folder, ...none)]).toEqual([none, undefined]);
    expect(folder!.locate!(['sub'])?.path).toBe(join(path, 'f', 'sub'));
    expect(folder!.locate!([])?.path).toBe(join(path, 'f'));
    expect(folder!.locate!(['..', 'g'])).toBeUndefined();
  });
});

describe.skipIf(process.platform === 'win32')('what of a folder is not served', () => {
  it('Links, FIFOs and sockets are entries with a reason, and none is opened', async () => {
    const path = await folderWith('f/a', 'f/sub/b', 'secret/c');
    await symlink('a', join(path, 'f', 'inside'));
    await symlink('nowhere', join(path, 'f', 'lost'));
    await symlink('../secret', join(path, 'f', 'out'));
    execFileSync('mkfifo', [join(path, 'f', 'pipe')]);
    const shared = await share(path);
    const folder = (await shared.folders.find('f'))!;
    expect(await walked(folder)).toEqual([
      'a file',
      'inside link',
      'lost link',
      'out link',
      'pipe special',
      'sub folder',
      'sub/b file',
    ]);
    for (const none of [['inside'], ['lost'], ['out', 'c'], ['pipe']])
      expect([none, await contentOf(folder, ...none)]).toEqual([none, undefined]);
    // By its name alone it is served as ever.
    expect(shared.has('inside')).toBe(true);
  });

  it.skipIf(process.platform !== 'linux')(
    'A name that is no UTF-8 is an entry that says so',
    async () => {
      const path = await folderWith('f/a');
      const odd = Buffer.concat([Buffer.from(join(path, 'f', 'caf')), Buffer.from([0xe9])]);
      await writeFile(odd, '');
      const folder = (await (await share(path)).folders.find('f'))!;
      expect(await walked(folder)).toEqual(['a file', 'caf\ufffd unnamable']);
    },
  );

  it.skipIf(process.geteuid?.() === 0)(
    'A folder that may not be read is an entry that says so, and is found by no name',
    async () => {
      const path = await folderWith('f/no/a');
      await chmod(join(path, 'f', 'no'), 0);
      onTestFinished(() => chmod(join(path, 'f', 'no'), 0o700));
      const { folders } = await share(path);
      expect(await walked((await folders.find('f'))!)).toEqual(['no unreadable']);
      expect([await folders.find('no'), await folders.namesAfter(undefined, 9)]).toEqual([
        undefined,
        ['f'],
      ]);
    },
  );

  it('A link that is put in the place of a folder or of a file is not followed', async () => {
    const path = await folderWith('f/sub/a', 'f/sub/b', 'f/other/a', 'g/a');
    const folder = await (await shareUnwatched(path)).folders.find('f');
    expect(await contentOf(folder, 'sub', 'a')).toBe('in f/sub/a');
    for (const target of [join(path, 'g'), 'other', '.']) {
      await rename(join(path, 'f', 'sub'), join(path, 'f', 'kept'));
      await symlink(target, join(path, 'f', 'sub'));
      expect([target, await contentOf(folder, 'sub', 'a')]).toEqual([target, undefined]);
      await rm(join(path, 'f', 'sub'));
      await rename(join(path, 'f', 'kept'), join(path, 'f', 'sub'));
    }
    await rm(join(path, 'f', 'sub', 'a'));
    await symlink('b', join(path, 'f', 'sub', 'a'));
    expect(await contentOf(folder, 'sub', 'a')).toBeUndefined();
  });
});
