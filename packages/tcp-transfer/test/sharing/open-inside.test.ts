// Opening files that lie inside a folder, while another user swaps what is opened.
import { lstat, mkdir, open, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderArea, isInside, isStillInside, openInside } from '../../src/sharing/open-inside.ts';
import { temporaryFolder } from '../support/helpers.ts';

describe.skipIf(process.platform === 'win32')('a file that is swapped', () => {
  it('A link that replaces a file between the check and the opening is noticed', async () => {
    const [path, outside] = [await realpath(await temporaryFolder()), await temporaryFolder()];
    await mkdir(join(path, 'sub'));
    const file = join(path, 'sub', 'a.txt');
    await writeFile(file, 'mine');
    await writeFile(join(outside, 'a.txt'), 'secret');
    const attempt = (swap: () => Promise<void>): Promise<unknown> =>
      openInside(folderArea(path), file, {
        realpath,
        open: async (target, flags) => {
          await swap();
          return open(target, flags);
        },
      });
    const opened = await openInside(folderArea(path), file);
    expect(await opened?.handle.readFile('utf8')).toBe('mine');
    await opened?.handle.close();
    // The file itself becomes a link.
    const byFile = attempt(async () => {
      await rm(file);
      await symlink(join(outside, 'a.txt'), file);
    });
    expect(await byFile).toBeUndefined();
    await rm(file);
    await writeFile(file, 'mine');
    // A folder in the path becomes a link, and the opened file is the one that was checked.
    const byFolder = attempt(async () => {
      await rename(join(path, 'sub'), join(outside, 'sub'));
      await symlink(join(outside, 'sub'), join(path, 'sub'));
    });
    expect(await byFolder).toBeUndefined();
    // A link to a file inside is resolved, and then its target becomes a link to a file outside.
    const [target, link] = [join(path, 'target'), join(path, 'link')];
    await writeFile(target, 'mine');
    await symlink('target', link);
    let calls = 0;
    const byTarget = openInside(folderArea(path), link, {
      realpath,
      open: async (at, flags) => {
        calls += 1;
        if (calls === 2) {
          await rm(target);
          await symlink('/etc/passwd', target);
        }
        return open(at, flags);
      },
    });
    expect(await byTarget).toBeUndefined();
    expect(calls).toBe(2);
  });

  it('A replaced file is noticed even if the system does not report where an open file lies', async () => {
    const [path, outside] = [await realpath(await temporaryFolder()), await temporaryFolder()];
    const [file, secret] = [join(path, 'a.txt'), join(outside, 'a.txt')];
    await writeFile(file, 'mine');
    await writeFile(secret, 'secret');
    const [mine, theirs] = await Promise.all([
      lstat(file, { bigint: true }),
      lstat(secret, { bigint: true }),
    ]);
    expect(await isStillInside(folderArea(path), file, mine)).toBe(true);
    // The path was a link when it was opened, and is a file again.
    expect(await isStillInside(folderArea(path), file, theirs)).toBe(false);
    // The path is a link now.
    await rm(file);
    await symlink(secret, file);
    expect(await isStillInside(folderArea(path), file, theirs)).toBe(false);
  });
});

describe('what lies inside', () => {
  it.each([
    ['/shared', '/shared/a.txt', true],
    ['/shared', '/shared/sub/..a', false],
    ['/shared', '/shared/sub/a', true],
    ['/shared', '/shared', false],
    ['/shared', '/sharedother/a', false],
    ['/shared', '/a', false],
    ['/shared', '/shared/.peerlane/a', false],
    ['/', '/a', true],
  ])('Of the folder %s it is decided whether %s lies inside: %s', (root, target, expected) => {
    expect(isInside(root, target)).toBe(expected);
  });
});
