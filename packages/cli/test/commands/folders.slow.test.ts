// Folders as a user types and sees them: two programs on loopback.
import { chmod, mkdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { events, run } from '../support/guests.ts';
import { it, type Lab } from '../support/lab.ts';

const large = Buffer.alloc(700_000, 'large');

/** Makes a folder `photos` with some of everything in it. Returns the path of what is above it. */
async function photos(lab: Lab): Promise<string> {
  const above = await lab.folder();
  const at = (...names: string[]): string => join(above, 'photos', ...names);
  await mkdir(at('2026', 'empty'), { recursive: true });
  await writeFile(at('2026', 'a.txt'), 'hello\n');
  await writeFile(at('2026', 'run.sh'), '#!/bin/sh\n');
  await chmod(at('2026', 'run.sh'), 0o755);
  await writeFile(at('large.bin'), large);
  await utimes(at('large.bin'), 1_000_000, 1_000_000);
  return above;
}

describe('p2p get of a folder', () => {
  it('A folder comes with all that is in it, and the second time nothing is fetched', async ({
    lab,
  }) => {
    const { address } = await lab.start(await photos(lab));
    const cwd = await lab.folder();
    const first = await run(lab, cwd, 'get', 'photos/', '--peer', address);
    expect([first.stderr, first.code]).toEqual(['', 0]);
    expect(first.stdout).toMatch(/^Received "photos\/": 3 files \(700 kB\)/);
    const at = (...names: string[]): string => join(cwd, 'photos', ...names);
    expect(String(await readFile(at('2026', 'a.txt')))).toBe('hello\n');
    expect((await readFile(at('large.bin'))).equals(large)).toBe(true);
    expect((await stat(at('large.bin'))).mtimeMs).toBe(1_000_000_000);
    expect((await stat(at('2026', 'empty'))).isDirectory()).toBe(true);
    if (process.platform !== 'win32')
      expect((await stat(at('2026', 'run.sh'))).mode & 0o100).toBe(0o100);
    const second = await run(lab, cwd, 'get', 'photos/', '--peer', address, '--json');
    expect(second.code).toBe(0);
    expect(events(second).at(-1)).toMatchObject({
      event: 'folder-received',
      folder: 'photos/',
      path: at(),
      files: 3,
      folders: 2,
      fetchedFiles: 0,
      fetchedBytes: 0,
      problems: 0,
    });
    const third = await run(lab, cwd, 'get', 'photos/', '--peer', address);
    expect(third.stdout).toBe('You already have "photos/": 3 files (700 kB).\n');
  });

  it('What cannot be had is listed with its reason, the rest comes, and the exit code tells', async ({
    lab,
  }) => {
    const above = await photos(lab);
    await symlink('large.bin', join(above, 'photos', 'link'));
    const { address } = await lab.start(above);
    const cwd = await lab.folder();
    const linked = await run(lab, cwd, 'get', 'photos/', '--peer', address);
    expect([linked.stderr, linked.code]).toEqual(['1 symbolic link was left out.\n', 0]);
    await writeFile(join(cwd, 'photos', '2026', 'a.txt'), 'mine\n');
    await mkdir(join(cwd, 'other', 'photos'), { recursive: true });
    await writeFile(join(cwd, 'other', 'photos', '2026'), 'in the way');
    const args = ['--into', 'other', '--peer', address];
    const blocked = await run(lab, cwd, 'get', 'photos/', ...args);
    expect(blocked.code).toBe(1);
    expect(blocked.stderr).toMatch(/^ {2}2026.*: .+$/m);
    expect(blocked.stderr).toMatch(/\np2p: Not all of "photos\/" could be had: \d+ problems?\n$/);
    expect((await readFile(join(cwd, 'other', 'photos', 'large.bin'))).equals(large)).toBe(true);
    const json = await run(lab, cwd, 'get', 'photos/', ...args, '--json');
    const all = events(json);
    expect(all.map(({ event }) => event)).toContain('folder-problem');
    expect(all.at(-1)).toMatchObject({ event: 'error', code: 'failed', filename: 'photos/' });
    // A file of other content is kept, unless it is to be replaced.
    const forced = await run(lab, cwd, 'get', 'photos/', '--force', '--peer', address);
    expect(forced.code).toBe(0);
    expect(String(await readFile(join(cwd, 'photos', '2026', 'a.txt')))).toBe('hello\n');
  });

  it('A folder is saved under another name, and on no device', async ({ lab }) => {
    const { address } = await lab.start(await photos(lab));
    const cwd = await lab.folder();
    for (let time = 0; time < 2; time += 1) {
      const named = await run(lab, cwd, 'get', '2026/', '-o', 'year', '--peer', address);
      expect([named.stderr, named.code]).toEqual(['', 0]);
      expect(named.stdout).toContain('as "year/"');
    }
    expect(String(await readFile(join(cwd, 'year', 'a.txt')))).toBe('hello\n');
    const streamed = await run(lab, cwd, 'get', '2026/', '-o', '-', '--peer', address);
    expect([streamed.code, streamed.stdout]).toEqual([2, '']);
    expect(streamed.stderr).toContain('use --into');
    await writeFile(join(cwd, 'plain'), '');
    const onFile = await run(lab, cwd, 'get', '2026/', '-o', 'plain', '--peer', address);
    expect([onFile.code, onFile.stderr]).toEqual([2, expect.stringContaining('is not a folder')]);
  });

  it('A name of the other kind is named in the error, and a folder that nobody has is not found', async ({
    lab,
  }) => {
    const { address } = await lab.start(await photos(lab));
    const cwd = await lab.folder();
    const asFile = await run(lab, cwd, 'get', 'photos', '--peer', address);
    expect([asFile.code, asFile.stderr]).toEqual([
      3,
      'p2p: Nobody has "photos". There is a folder of that name: p2p get photos/\n',
    ]);
    const asFolder = await run(lab, cwd, 'get', 'large.bin/', '--peer', address, '--json');
    expect(events(asFolder)).toEqual([
      expect.objectContaining({ event: 'error', code: 'not-found', near: ['large.bin'] }),
    ]);
    const nobody = await run(lab, cwd, 'get', 'fotos/', '--peer', address);
    expect([nobody.code, nobody.stderr]).toEqual([
      3,
      'p2p: Nobody has the folder "fotos". Did you mean "photos/"?\n',
    ]);
  });

  it('Files and folders are fetched by one command, in their order', async ({ lab }) => {
    const { address } = await lab.start(await photos(lab));
    const cwd = await lab.folder();
    const both = await run(lab, cwd, 'get', 'large.bin', '2026/', 'a.txt', '--peer', address);
    expect([both.stderr, both.code]).toEqual(['', 0]);
    expect(both.stdout.match(/^Received "[^"]*"/gm)).toEqual([
      'Received "large.bin"',
      'Received "2026/"',
      'Received "a.txt"',
    ]);
  });
});

describe('p2p share of a folder', () => {
  it('It is said how many files are shared, and not how many names they have', async ({ lab }) => {
    const above = await photos(lab);
    await mkdir(join(above, 'photos', '2025'));
    await writeFile(join(above, 'photos', '2025', 'a.txt'), 'older\n');
    const holder = lab.run({
      args: ['share', join(above, 'photos'), join(above, 'photos', 'large.bin')],
      env: { P2P_PORT: '0' },
    });
    await holder.says(/^Sharing 4 files \(700 kB\) in 4 folders at /);
  });

  it('A shared folder is got by the command that is shown, and its node says so once', async ({
    lab,
  }) => {
    const above = await photos(lab);
    const holder = lab.run({
      args: ['share', join(above, 'photos'), join(above, 'photos', '2026', 'a.txt')],
      env: { P2P_PORT: '0' },
    });
    const [, address = ''] = await holder.says(/ at (\S+) until Ctrl-C/);
    await holder.says(`p2p get --peer ${address} photos/ a.txt\n`);
    const cwd = await lab.folder();
    const got = await run(lab, cwd, 'get', '--peer', address, 'photos/', 'a.txt');
    expect([got.stderr, got.code]).toEqual(['', 0]);
    await holder.says(/Sending files of "photos\/" to .*\(?127\.0\.0\.1\)?\.\n/);
    expect(holder.stdout.match(/"photos\/"/g)).toHaveLength(1);
    expect(holder.stdout).not.toContain('large.bin');
  });
});

describe('p2p search with folders', () => {
  it('Folders are listed with their holders, by a text in their last part', async ({ lab }) => {
    const { address } = await lab.start(await photos(lab));
    const cwd = await lab.folder();
    const found = await run(lab, cwd, 'search', '2026', '--peer', address);
    expect(found.code).toBe(0);
    expect(found.stdout).toMatch(/^(?:FILES +)?HOLDERS +FOLDER\n.*1 +photos\/2026\/\n$/);
    const json = await run(lab, cwd, 'search', 'photos', '--peer', address, '--json');
    expect(events(json)).toEqual([
      expect.objectContaining({ event: 'folder', name: 'photos', holders: [address] }),
    ]);
    const status = await run(lab, cwd, 'status', '--peer', address);
    expect(status.stdout).toContain('; 3 folders.');
  });
});

describe('a folder in the session', () => {
  it('A session gets a folder, says what is there, and fails where not all could be had', async ({
    lab,
  }) => {
    const { address } = await lab.start(await photos(lab));
    const folder = await lab.folder();
    const { node } = await lab.start(folder, { cluster: address });
    node.type('get photos/');
    await node.says(/Received "photos\/": 3 files \(700 kB\)/);
    node.type('get photos/', 'search 2026', 'get photos', 'get nothing/');
    await node.says('You already have "photos/": 3 files (700 kB).\n');
    await node.says('photos/2026/');
    await node.says('To get the folder of that name: get photos/.\n', 'stderr');
    await node.says('Nobody has the folder "nothing".', 'stderr');
    // Its own folders can be got from it from now on.
    node.type('status');
    await node.says(/Sharing 3 files \(700 kB\) in 3 folders from /);
    node.type('quit');
    node.endInput();
    expect(await node.exit).toBe(1);
  });
});
