// A shared folder on a real disk: finding, watching, and files that it must not serve.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SharedFolder, type FolderWatchEvents, type NameClash } from '../../src/index.ts';
import { readServed, share, temporaryFolder } from '../support/helpers.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** Waits for an event about a name, whatever other events come before. */
async function emitted(
  folder: SharedFolder,
  event: 'added' | 'removed',
  name: string,
): Promise<void> {
  for (;;) if ((await once(folder, event))[0] === name) return;
}

describe('a shared folder', () => {
  it('A folder serves the first of two files with one name by path order, and reports the clash', async () => {
    const path = await temporaryFolder();
    for (const sub of ['b', 'a']) {
      await mkdir(join(path, sub));
      await writeFile(join(path, sub, 'same.txt'), sub);
    }
    const clashes: NameClash[] = [];
    const folder = await share(path, { on: { clash: (clash) => clashes.push(clash) } });
    expect(await readServed(folder, 'same.txt')).toBe('a');
    expect(clashes).toEqual([
      { filename: 'same.txt', served: 'a/same.txt', hidden: ['b/same.txt'] },
    ]);
  });

  it('A folder shares nothing hidden', async () => {
    const path = await temporaryFolder();
    await mkdir(join(path, '.peerlane'), { mode: 0o700 });
    await writeFile(join(path, '.peerlane', 'part'), 'x');
    await writeFile(join(path, '.secret'), 'x');
    await symlink('.secret', join(path, 'alias'));
    const folder = await share(path);
    expect(folder.size).toBe(0);
    for (const name of ['part', '.secret', 'alias']) expect(folder.has(name)).toBe(false);
  });

  it('A folder finds files that come, change and go, in old and new subfolders', async () => {
    const path = await temporaryFolder();
    const folder = await share(path);
    expect(folder.has('late.txt')).toBe(false);
    await Promise.all([
      emitted(folder, 'added', 'late.txt'),
      writeFile(join(path, 'late.txt'), '1'),
    ]);
    expect(await readServed(folder, 'late.txt')).toBe('1');
    await writeFile(join(path, 'late.txt'), 'other');
    expect(await readServed(folder, 'late.txt')).toBe('other');
    const nested = emitted(folder, 'added', 'nested.txt');
    await mkdir(join(path, 'x', 'y'), { recursive: true });
    await writeFile(join(path, 'x', 'y', 'nested.txt'), 'nested');
    await nested;
    expect(await readServed(folder, 'nested.txt')).toBe('nested');
    await Promise.all([
      emitted(folder, 'removed', 'nested.txt'),
      rm(join(path, 'x'), { recursive: true }),
    ]);
    // New folders with the same names must be watched anew.
    await mkdir(join(path, 'x', 'y'), { recursive: true });
    await Promise.all([
      emitted(folder, 'added', 'again.txt'),
      writeFile(join(path, 'x', 'y', 'again.txt'), 'again'),
    ]);
    await Promise.all([emitted(folder, 'removed', 'late.txt'), rm(join(path, 'late.txt'))]);
    expect(folder.size).toBe(1);
  });

  it('A lookup reads no folder', async () => {
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
    'A folder that cannot be watched (%s) is read again from time to time',
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
        const added = emitted(folder, 'added', name);
        clock.advance(5020);
        await added;
      }
      expect(warnings.map(({ message }) => message)).toEqual([
        'cannot watch the shared folder: it is read again every 5 s',
      ]);
    },
  );

  it('A folder is read again for changes that the watch missed, and not at every change', async () => {
    const path = await temporaryFolder();
    const clock = new ManualClock();
    let events: FolderWatchEvents | undefined;
    const folder = await share(path, {
      clock,
      watch: (_path, handlers) => {
        events = handlers;
        return { close: () => undefined };
      },
    });
    await writeFile(join(path, 'missed'), '');
    const missed = emitted(folder, 'added', 'missed');
    clock.advance(30_020);
    await missed;
    for (let change = 0; change < 1000; change += 1) events!.onChange('noticed');
    expect(clock.pending).toBe(2);
    await writeFile(join(path, 'noticed'), '');
    const noticed = emitted(folder, 'added', 'noticed');
    clock.advance(20);
    await noticed;
  });

  it('A subfolder is watched anew when its name is reported, as it may be another one', async () => {
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
    const added = emitted(folder, 'added', 'a');
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

  it('A folder is not watched any more once it is closed', async () => {
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

  it('An empty path cannot be shared', async () => {
    await expect(SharedFolder.open('')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('A folder that does not exist cannot be shared', async () => {
    await expect(SharedFolder.open(join(await temporaryFolder(), 'no'))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  it('A file cannot be shared as a folder', async () => {
    const path = join(await temporaryFolder(), 'file');
    await writeFile(path, '');
    await expect(SharedFolder.open(path)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

describe.skipIf(process.platform === 'win32')('what is no file of the folder', () => {
  it('A link out of the folder, a link to a folder or to itself, a FIFO and a folder are not shared', async () => {
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
      expect([name, folder.has(name), await readServed(folder, name)]).toEqual([
        name,
        false,
        undefined,
      ]);
    expect(await readServed(folder, 'alias.txt')).toBe('inside');
  });
});
