// Files that are shared from places where another user may link, move and exchange things.
import {
  chmod,
  chown,
  lchown,
  link,
  mkdir,
  rename,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SharedFiles, SharedFolder, type ServedFiles } from '../../src/index.ts';
import { resolveShared } from '../../src/paths/named-way.ts';
import { readServed, share, shareUnwatched, temporaryFolder } from '../support/helpers.ts';
import { attacker, noOthers } from '../support/neighbours.ts';

/** The two ways to share `a.txt` in a folder. */
const ways: Record<string, (folder: string) => Promise<ServedFiles>> = {
  'a shared folder': shareUnwatched,
  'a list of files': (folder) => SharedFiles.open([join(folder, 'a.txt')]),
};

describe('a link of another user', () => {
  it('A link of another user is followed only to files and folders of that user', async ({
    skip,
  }) => {
    skip(noOthers !== false, `${noOthers}`);
    const path = await temporaryFolder();
    for (const name of ['mine', 'theirs']) {
      await mkdir(join(path, name));
      await writeFile(join(path, name, 'a.txt'), name);
    }
    for (const theirs of ['theirs', join('theirs', 'a.txt')])
      await chown(join(path, theirs), attacker, attacker);
    const [toMine, toTheirs] = [join(path, 'to-mine'), join(path, 'to-theirs')];
    await symlink('to-theirs/../mine', toMine);
    await symlink('theirs', toTheirs);
    for (const each of [toMine, toTheirs]) await lchown(each, attacker, attacker);
    const refusal = `${toMine} is a link of another user to something that is not theirs`;
    await expect(resolveShared(toMine)).rejects.toThrow(refusal);
    await expect(SharedFolder.open(toMine)).rejects.toThrow(refusal);
    await expect(SharedFiles.open([join(toMine, 'a.txt')])).rejects.toThrow(refusal);
    expect(await resolveShared(toTheirs)).toBe(join(path, 'theirs'));
    expect(await readServed(await share(toTheirs), 'a.txt')).toBe('theirs');
    expect(await readServed(await SharedFiles.open([join(toTheirs, 'a.txt')]), 'a.txt')).toBe(
      'theirs',
    );
    await lchown(toMine, 0, 0);
    await lchown(toTheirs, 0, 0);
    expect(await resolveShared(toMine)).toBe(join(path, 'mine'));
  });
});

describe.each(Object.entries(ways))('%s', (_name, serve) => {
  it('A private file is not served under a further name that another user may have made', async ({
    skip,
  }) => {
    skip(process.platform === 'win32', 'Windows has no user ids');
    const outer = await temporaryFolder();
    const [path, secret] = [join(outer, 'pub'), join(outer, 'secret')];
    await mkdir(path);
    await writeFile(secret, 'secret', { mode: 0o600 });
    await link(secret, join(path, 'a.txt'));
    const served = await serve(path);
    expect(await readServed(served, 'a.txt')).toBe('secret');
    await chmod(path, 0o777);
    expect(await readServed(served, 'a.txt')).toBeUndefined();
    expect(await served.statusOf('a.txt')).toBeUndefined();
    // If others may read it anyway, they need not have it shared.
    await chmod(secret, 0o644);
    expect(await readServed(served, 'a.txt')).toBe('secret');
    await chmod(secret, 0o600);
    await unlink(secret);
    expect(await readServed(served, 'a.txt')).toBe('secret');
  });

  it('The file of another folder is not served if another user may have exchanged the two', async ({
    skip,
  }) => {
    skip(noOthers !== false, `${noOthers}`);
    const outer = await temporaryFolder();
    const [path, secret, away] = [join(outer, 'pub'), join(outer, 'priv'), join(outer, 'away')];
    for (const each of [path, secret]) {
      await mkdir(each);
      await writeFile(join(each, 'a.txt'), each === path ? 'mine' : 'secret');
    }
    await chmod(outer, 0o777);
    const served = await serve(path);
    expect(await readServed(served, 'a.txt')).toBe('mine');
    await rename(path, away);
    await rename(secret, path);
    expect(await readServed(served, 'a.txt')).toBeUndefined();
    expect(await served.statusOf('a.txt')).toBeUndefined();
  });
});

describe('a folder that another user may exchange for another one', () => {
  it('A folder is not exchanged for another one that takes its path', async ({ skip }) => {
    skip(noOthers !== false, `${noOthers}`);
    const outer = await temporaryFolder();
    const [path, secret, away] = [join(outer, 'pub'), join(outer, 'priv'), join(outer, 'away')];
    for (const each of [path, secret]) await mkdir(join(each, 'sub'), { recursive: true });
    await writeFile(join(path, 'sub', 'a.txt'), 'mine');
    for (const name of ['a.txt', 'b.txt']) await writeFile(join(secret, 'sub', name), 'secret');
    await chmod(outer, 0o777);
    const folder = await shareUnwatched(path);
    expect(await readServed(folder, 'a.txt')).toBe('mine');
    await rename(path, away);
    await rename(secret, path);
    // Sharing the path from now on means the folder that is there now.
    const again = await share(path);
    expect(await readServed(again, 'b.txt')).toBe('secret');
    expect(await readServed(folder, 'a.txt')).toBeUndefined();
    expect(await folder.statusOf('a.txt')).toBeUndefined();
    // As long as it lies at its path, it is shared, and links inside are followed.
    await rename(path, secret);
    await rename(away, path);
    await symlink(join('sub', 'a.txt'), join(path, 'link'));
    const last = await share(path);
    expect(await readServed(last, 'link')).toBe('mine');
    expect(await readServed(folder, 'a.txt')).toBe('mine');
    expect(await folder.sizeOf('a.txt')).toBe(4);
  });

  it('A folder may be exchanged if only its owner can have done that', async () => {
    const path = join(await temporaryFolder(), 'pub');
    await mkdir(path);
    await writeFile(join(path, 'a.txt'), 'old');
    const folder = await shareUnwatched(path);
    await rename(path, `${path}-old`);
    await mkdir(path);
    await writeFile(join(path, 'a.txt'), 'new');
    expect(await readServed(folder, 'a.txt')).toBe('new');
  });
});
