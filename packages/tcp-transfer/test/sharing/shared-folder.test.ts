import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdir, open, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SharedFolder, type FolderWatchEvents, type NameClash } from '../../src/index.ts';
import { folderArea, isInside, isStillInside, openInside } from '../../src/sharing/open-inside.ts';
import { temporaryFolder } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { read, share } from '../support/shared.ts';

/** Waits for an event about a name, whatever else is told before. */
async function told(folder: SharedFolder, event: 'added' | 'removed', name: string): Promise<void> {
  for (;;) if ((await once(folder, event))[0] === name) return;
}

describe('a shared folder', () => {
  it('serves of two files with one name the first by path, and tells the clash', async () => {
    const path = await temporaryFolder();
    for (const sub of ['b', 'a']) {
      await mkdir(join(path, sub));
      await writeFile(join(path, sub, 'same.txt'), sub);
    }
    const clashes: NameClash[] = [];
    const folder = await share(path, { on: { clash: (clash) => clashes.push(clash) } });
    expect(await read(folder, 'same.txt')).toBe('a');
    expect(clashes).toEqual([{ name: 'same.txt', served: 'a/same.txt', hidden: ['b/same.txt'] }]);
  });

  it('shares nothing hidden', async () => {
    const path = await temporaryFolder();
    await mkdir(join(path, '.peerlane'), { mode: 0o700 });
    await writeFile(join(path, '.peerlane', 'part'), 'x');
    await writeFile(join(path, '.secret'), 'x');
    await symlink('.secret', join(path, 'alias'));
    const folder = await share(path);
    expect(folder.size).toBe(0);
    for (const name of ['part', '.secret', 'alias']) expect(folder.has(name)).toBe(false);
  });

  it('finds files that come, change and go, in folders old and new', async () => {
    const path = await temporaryFolder();
    const folder = await share(path);
    expect(folder.has('late.txt')).toBe(false);
    await Promise.all([told(folder, 'added', 'late.txt'), writeFile(join(path, 'late.txt'), '1')]);
    expect(await read(folder, 'late.txt')).toBe('1');
    await writeFile(join(path, 'late.txt'), 'other');
    expect(await read(folder, 'late.txt')).toBe('other');
    const nested = told(folder, 'added', 'nested.txt');
    await mkdir(join(path, 'x', 'y'), { recursive: true });
    await writeFile(join(path, 'x', 'y', 'nested.txt'), 'nested');
    await nested;
    expect(await read(folder, 'nested.txt')).toBe('nested');
    await Promise.all([
      told(folder, 'removed', 'nested.txt'),
      rm(join(path, 'x'), { recursive: true }),
    ]);
    // The same folders again, but others: they are watched anew.
    await mkdir(join(path, 'x', 'y'), { recursive: true });
    await Promise.all([
      told(folder, 'added', 'again.txt'),
      writeFile(join(path, 'x', 'y', 'again.txt'), 'again'),
    ]);
    await Promise.all([told(folder, 'removed', 'late.txt'), rm(join(path, 'late.txt'))]);
    expect(folder.size).toBe(1);
  });

  it('reads no folder for a lookup', async () => {
    const path = await temporaryFolder();
    await writeFile(join(path, 'a.txt'), '');
    const folder = await share(path);
    await rename(path, `${path}-moved`);
    onTestFinished(() => rm(`${path}-moved`, { recursive: true }));
    expect(folder.has('a.txt')).toBe(true);
    expect(folder.has('b.txt')).toBe(false);
    expect(await folder.openFile('a.txt')).toBeUndefined();
  });

  it.each(['ENOSPC', 'EMFILE', 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM'])(
    'is read anew from time to time where it cannot be watched (%s)',
    async (code) => {
      const path = await temporaryFolder();
      await mkdir(join(path, 'sub'));
      const clock = new ManualClock();
      const warnings: Error[] = [];
      const folder = await share(path, {
        clock,
        rescanInterval: 5000,
        watch: () => {
          throw Object.assign(new Error('cannot watch'), { code });
        },
        on: { warning: (error) => warnings.push(error) },
      });
      for (const name of ['one', 'two']) {
        await writeFile(join(path, 'sub', name), '');
        expect(folder.has(name)).toBe(false);
        const added = told(folder, 'added', name);
        clock.advance(5020);
        await added;
      }
      expect(warnings.map(({ message }) => message)).toEqual([
        'cannot watch the shared folder; it is read anew every 5 s',
      ]);
    },
  );

  it('is read anew for what its watching missed, and not at every change', async () => {
    const path = await temporaryFolder();
    const clock = new ManualClock();
    let events: FolderWatchEvents | undefined;
    const folder = await share(path, {
      clock,
      watch: (_path, given) => {
        events = given;
        return { close: () => undefined };
      },
    });
    await writeFile(join(path, 'missed'), '');
    const missed = told(folder, 'added', 'missed');
    clock.advance(30_020);
    await missed;
    for (let change = 0; change < 1000; change += 1) events!.onChange('noticed');
    expect(clock.pending).toBe(2);
    await writeFile(join(path, 'noticed'), '');
    const noticed = told(folder, 'added', 'noticed');
    clock.advance(20);
    await noticed;
  });

  it('watches a folder anew when its name is given anew: it may be another', async () => {
    const path = await realpath(await temporaryFolder());
    await mkdir(join(path, 'sub', 'deep'), { recursive: true });
    await mkdir(join(path, 'subway'));
    const clock = new ManualClock();
    const watched = new Map<string, FolderWatchEvents>();
    const log: string[] = [];
    const folder = await share(path, {
      clock,
      watch: (at, events) => {
        const name = at.slice(path.length);
        log.push(`watch ${name}`);
        watched.set(name, events);
        return { close: () => log.push(`close ${name}`) };
      },
    });
    log.length = 0;
    await writeFile(join(path, 'sub', 'deep', 'a'), '');
    const added = told(folder, 'added', 'a');
    watched.get('')!.onChange('sub');
    clock.advance(20);
    await added;
    expect(log.toSorted()).toEqual([
      'close /sub',
      'close /sub/deep',
      'watch /sub',
      'watch /sub/deep',
    ]);
  });

  it('is not watched any more once it is closed', async () => {
    const path = await temporaryFolder();
    const clock = new ManualClock();
    let open = 0;
    const folder = await share(path, {
      clock,
      watch: () => {
        open += 1;
        return { close: () => (open -= 1) };
      },
    });
    expect(open).toBe(1);
    await Promise.all([folder.close(), folder.close()]);
    expect(open).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('must be named', async () => {
    await expect(SharedFolder.open('')).rejects.toMatchObject({ code: 'ENOENT' });
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

describe.skipIf(process.platform === 'win32')('what is no file of the folder', () => {
  it('is not shared: a link out, a link to a folder or to itself, a FIFO, a folder', async () => {
    const [path, outside] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(join(outside, 'secret.txt'), 'secret');
    await writeFile(join(path, 'inside.txt'), 'inside');
    await mkdir(join(path, 'folder'));
    await symlink(join(outside, 'secret.txt'), join(path, 'leak.txt'));
    await symlink(outside, join(path, 'leaks'));
    await symlink('inside.txt', join(path, 'alias.txt'));
    await symlink('loop', join(path, 'loop'));
    await symlink('/dev/zero', join(path, 'zero'));
    execFileSync('mkfifo', [join(path, 'pipe')]);
    const folder = await share(path);
    for (const name of ['leak.txt', 'leaks', 'secret.txt', 'loop', 'pipe', 'zero', 'folder'])
      expect([name, folder.has(name), await read(folder, name)]).toEqual([name, false, undefined]);
    expect(await read(folder, 'alias.txt')).toBe('inside');
  });

  it('is not served where it takes the place of a file that was', async () => {
    const [path, outside] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(join(outside, 'secret.txt'), 'secret');
    // Nothing is watched: the index goes on naming the file.
    const folder = await share(path, { watch: () => ({ close: () => undefined }) });
    for (const make of [
      (at: string) => symlink(join(outside, 'secret.txt'), at),
      (at: string) => Promise.resolve(execFileSync('mkfifo', [at])),
      (at: string) => mkdir(at),
      (at: string) => symlink('/dev/zero', at),
    ]) {
      await rm(join(path, 'a.txt'), { recursive: true, force: true });
      await writeFile(join(path, 'a.txt'), 'mine');
      const known = await share(path, { watch: () => ({ close: () => undefined }) });
      expect(await read(known, 'a.txt')).toBe('mine');
      await rm(join(path, 'a.txt'));
      await make(join(path, 'a.txt'));
      expect(known.has('a.txt')).toBe(true);
      expect(await read(known, 'a.txt')).toBeUndefined();
    }
    expect(folder.size).toBe(0);
  });

  it('is noticed where a link is put in its place between the check and the opening', async () => {
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
    // A folder on the way becomes a link, and the opened file is the one that was checked.
    const byFolder = attempt(async () => {
      await rename(join(path, 'sub'), join(outside, 'sub'));
      await symlink(join(outside, 'sub'), join(path, 'sub'));
    });
    expect(await byFolder).toBeUndefined();
    // A link to a file inside becomes, after it was resolved, one to a file outside.
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

  it('is noticed, too, where the system does not tell where an open file lies', async () => {
    const [path, outside] = [await realpath(await temporaryFolder()), await temporaryFolder()];
    const [file, secret] = [join(path, 'a.txt'), join(outside, 'a.txt')];
    await writeFile(file, 'mine');
    await writeFile(secret, 'secret');
    const [mine, theirs] = await Promise.all([
      lstat(file, { bigint: true }),
      lstat(secret, { bigint: true }),
    ]);
    expect(await isStillInside(folderArea(path), file, mine)).toBe(true);
    // A link stood there when it was opened, and is a file again.
    expect(await isStillInside(folderArea(path), file, theirs)).toBe(false);
    // A link stands there now.
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
  ])('of %s: %s: %s', (root, target, expected) => {
    expect(isInside(root, target)).toBe(expected);
  });
});
