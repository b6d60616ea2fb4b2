// Where `p2p get -o` writes: files, devices and pipes, also beside an attacker in the same folder.
import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmod,
  chown,
  lchown,
  lstat,
  mkdir,
  readdir,
  readFile,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { it, type Lab } from '../support/lab.ts';
import {
  asVictim,
  attacker,
  expectUntouched,
  homeOf,
  noOthers,
  openFolder,
  victim,
} from '../support/neighbours.ts';
import { signals, type Program, type RunOptions } from '../support/program.ts';

const large = randomBytes(2 * 1024 * 1024);

/** Runs `p2p get`. */
function start(lab: Lab, args: readonly string[], options: RunOptions = {}): Program {
  const running = lab.run({ ...options, args: ['get', ...args], env: { P2P_PORT: '0' } });
  running.endInput();
  return running;
}

/** Runs `p2p get` to its end: the exit code, and the output. */
async function get(
  lab: Lab,
  args: readonly string[],
  options?: RunOptions,
): Promise<[code: number, stdout: string, stderr: string]> {
  const running = start(lab, args, options);
  return [await running.exit, running.stdout, running.stderr];
}

/** The address of a node that has a small file and a large one, as `--peer`. */
async function holder(lab: Lab): Promise<readonly string[]> {
  const folder = await lab.folder();
  await writeFile(join(folder, 'a.txt'), 'yours');
  await writeFile(join(folder, 'large'), large);
  const { address } = await lab.start(folder);
  return ['--peer', address];
}

describe('p2p get -o in a folder that another user may write to', () => {
  it.for(['sticky', 'open'] as const)(
    'Nothing is removed through a link that was prepared in a %s folder',
    async (kind, { lab, skip }) => {
      const reason = noOthers();
      skip(reason !== false, `${reason}`);
      const peer = await holder(lab);
      const [into, home] = [await openFolder(lab, kind), await homeOf(lab)];
      const prepared = ['.b.txt.p2p', '.peerlane'];
      for (const name of prepared) {
        await symlink(home, join(into, name));
        await lchown(join(into, name), attacker, attacker);
      }
      const args = ['a.txt', ...peer, '-o', join(into, 'b.txt')];
      expect(await get(lab, args, { within: asVictim })).toEqual([
        0,
        'Received "a.txt" (5 B), as "b.txt".\n',
        '',
      ]);
      expect((await readdir(into)).sort()).toEqual([...prepared, 'b.txt'].sort());
      await expectUntouched(home);
    },
  );

  it('Nothing is received into folders that another user has prepared, and an error says so', async ({
    lab,
    skip,
  }) => {
    const reason = noOthers();
    skip(reason !== false, `${reason}`);
    const peer = await holder(lab);
    const into = await openFolder(lab, 'sticky');
    const prepared = ['.peerlane', `.peerlane-${victim}`].map((name) => join(into, name));
    for (const path of prepared) {
      await mkdir(path);
      await chmod(path, 0o777);
      await chown(path, attacker, attacker);
    }
    const args = ['a.txt', ...peer, '-o', join(into, 'b.txt')];
    expect(await get(lab, args, { within: asVictim })).toEqual([
      1,
      '',
      `p2p: ${prepared.join(' and ')} cannot be used, because others may write there: remove what is there, or download into another folder\n`,
    ]);
    for (const path of prepared) expect(await readdir(path)).toEqual([]);
  });

  it('A download with --force does not write through a link of another user', async ({
    lab,
    skip,
  }) => {
    const reason = noOthers();
    skip(reason !== false, `${reason}`);
    const peer = await holder(lab);
    const home = await homeOf(lab);
    for (const kind of ['sticky', 'open'] as const) {
      const into = await openFolder(lab, kind);
      const path = join(into, 'b.txt');
      await symlink(join(home, 'a.txt'), path);
      await lchown(path, attacker, attacker);
      const args = ['a.txt', ...peer, '-o', path, '--force'];
      const [code] = await get(lab, args, { within: asVictim });
      // In the first folder the victim may not replace the link.
      expect(code).toBe(kind === 'sticky' ? 1 : 0);
      expect((await lstat(path)).isSymbolicLink()).toBe(kind === 'sticky');
    }
    await expectUntouched(home);
  });

  it('A download with --skip-existing keeps no file of another user, and none of other content', async ({
    lab,
    skip,
  }) => {
    const reason = noOthers();
    skip(reason !== false, `${reason}`);
    const peer = await holder(lab);
    const into = await openFolder(lab, 'sticky');
    const path = join(into, 'a.txt');
    await writeFile(path, 'theirs');
    await chown(path, attacker, attacker);
    const kept = ['a.txt', ...peer, '--skip-existing'];
    for (const where of [
      ['--into', into],
      ['-o', path],
    ])
      expect(await get(lab, [...kept, ...where], { within: asVictim })).toEqual([
        1,
        '',
        `p2p: ${path} already exists, and another user may change it\n`,
      ]);
    await chown(path, victim, victim);
    expect((await get(lab, [...kept, '-o', path], { within: asVictim }))[0]).toBe(0);
    const root = ['--root', createHash('sha256').update('wanted').digest('hex')];
    expect(await get(lab, [...kept, ...root, '-o', path], { within: asVictim })).toEqual([
      1,
      '',
      `p2p: ${path} already exists, and has other content\n`,
    ]);
    const [, events] = await get(lab, ['a.txt', ...peer, '--into', into, '--json'], {
      within: asVictim,
    });
    const { path: right, root: is } = JSON.parse(events.trim().split('\n').at(-1)!) as Record<
      'path' | 'root',
      string
    >;
    const args = [...kept, '-o', right, '--root', is];
    expect((await get(lab, args, { within: asVictim }))[0]).toBe(0);
  });

  it('A download with --force does not write into a pipe of another user, or through a link to one', async ({
    lab,
    skip,
  }) => {
    const reason = noOthers();
    skip(reason !== false, `${reason}`);
    const peer = await holder(lab);
    const into = await openFolder(lab, 'sticky');
    const [pipe, link] = [join(into, 'pipe'), join(into, 'link')];
    execFileSync('mkfifo', ['-m', '666', pipe]);
    await symlink(pipe, link);
    for (const path of [pipe, link]) await lchown(path, attacker, attacker);
    for (const [path, what] of [
      [pipe, 'another user’s'],
      [link, 'a link'],
    ] as const) {
      const args = ['a.txt', ...peer, '-o', path, '--force'];
      expect(await get(lab, args, { within: asVictim })).toEqual([
        1,
        '',
        `p2p: ${path} is ${what} in a folder that others may write to: p2p does not write into it\n`,
      ]);
    }
  });
});

describe('p2p get -o', () => {
  it('A folder with the name of a former hidden folder is not touched', async ({ lab }) => {
    const [peer, cwd] = [await holder(lab), await lab.folder()];
    await mkdir(join(cwd, '.b.txt.p2p', 'a.txt'), { recursive: true });
    await mkdir(join(cwd, '.peerlane'), { mode: 0o700 });
    for (const kept of ['.b.txt.p2p', '.peerlane']) await writeFile(join(cwd, kept, 'mine'), '');
    expect((await get(lab, ['a.txt', ...peer, '-o', 'b.txt'], { cwd }))[0]).toBe(0);
    expect((await readdir(cwd)).sort()).toEqual(['.b.txt.p2p', '.peerlane', 'b.txt']);
    expect((await readdir(join(cwd, '.b.txt.p2p'))).sort()).toEqual(['a.txt', 'mine']);
    expect(await readdir(join(cwd, '.peerlane'))).toEqual(['mine']);
  });

  it('A name of 255 bytes can be saved', async ({ lab }) => {
    const [peer, cwd] = [await holder(lab), await lab.folder()];
    for (const length of [251, 255]) {
      const name = 'x'.repeat(length);
      expect((await get(lab, ['a.txt', ...peer, '-o', name], { cwd }))[0]).toBe(0);
      expect(await readFile(join(cwd, name), 'utf8')).toBe('yours');
    }
  });

  it('Of two downloads to one file at a time the second is refused and loses nothing', async ({
    lab,
    skip,
  }) => {
    skip(signals.missing, signals.reason);
    const [peer, cwd] = [await holder(lab), await lab.folder()];
    const args = ['large', ...peer, '-o', 'b'];
    const first = start(lab, [...args, '--limit-rate', '500k', '--json'], { cwd });
    await first.says('"progress"');
    first.signal('SIGSTOP');
    expect((await get(lab, args, { cwd }))[0]).toBe(0);
    first.signal('SIGCONT');
    expect(await first.exit).toBe(1);
    expect(first.stderr).toBe(
      `p2p: ${join(cwd, 'b')} already exists: --force replaces it, --skip-existing leaves it\n`,
    );
    expect((await readFile(join(cwd, 'b'))).equals(large)).toBe(true);
    // At this rate a new download would take half an hour.
    const again = ['large', ...peer, '--limit-rate', '1k', '-o', 'c'];
    expect((await get(lab, again, { cwd }))[0]).toBe(0);
    expect((await readFile(join(cwd, 'c'))).equals(large)).toBe(true);
    expect((await readdir(cwd)).sort()).toEqual(['b', 'c']);
  });

  it('Two downloads to one file at a time with --force both succeed', async ({ lab }) => {
    const [peer, cwd] = [await holder(lab), await lab.folder()];
    const args = ['large', ...peer, '--limit-rate', '1m', '-o', 'b', '--force'];
    const both = await Promise.all([get(lab, args, { cwd }), get(lab, args, { cwd })]);
    expect(both.map(([code]) => code)).toEqual([0, 0]);
    expect((await readFile(join(cwd, 'b'))).equals(large)).toBe(true);
    expect(await readdir(cwd)).toEqual(['b']);
  });

  it('A download continues after kill -9, and leaves only the file', async ({ lab, skip }) => {
    skip(signals.missing, signals.reason);
    const [peer, cwd] = [await holder(lab), await lab.folder()];
    const args = ['large', ...peer, '-o', 'b'];
    const first = start(lab, [...args, '--limit-rate', '1m', '--json'], { cwd });
    await first.says('"progress"');
    await first.kill();
    expect(await readdir(cwd)).toEqual(['.peerlane']);
    const [left, ...others] = await readdir(join(cwd, '.peerlane'));
    expect([left?.endsWith('.part'), others]).toEqual([true, []]);
    const { ino } = await lstat(join(cwd, '.peerlane', left!));
    expect((await get(lab, args, { cwd }))[0]).toBe(0);
    expect((await lstat(join(cwd, 'b'))).ino).toBe(ino);
    expect((await readFile(join(cwd, 'b'))).equals(large)).toBe(true);
    expect(await readdir(cwd)).toEqual(['b']);
  });
});

describe('p2p get -o --force', () => {
  it('A download with --force writes into a device', async ({ lab, skip }) => {
    skip(process.platform !== 'linux', 'devices are made with mknod(1) of Linux');
    const [peer, cwd] = [await holder(lab), await lab.folder()];
    // If this failed, root would replace the device that everyone uses.
    const path = process.getuid?.() === 0 ? join(cwd, 'null') : '/dev/null';
    if (path !== '/dev/null') execFileSync('mknod', [path, 'c', '1', '3']);
    const args = ['a.txt', ...peer, '-o', path];
    expect(await get(lab, args)).toEqual([
      1,
      '',
      `p2p: ${path} already exists: --force writes into it, --skip-existing leaves it\n`,
    ]);
    expect((await get(lab, [...args, '--force']))[0]).toBe(0);
    expect((await lstat(path)).isCharacterDevice()).toBe(true);
    expect((await readdir(cwd)).length).toBeLessThanOrEqual(1);
  });

  it('A download with --force writes into a pipe as fast as it is read, also through a link', async ({
    lab,
    skip,
  }) => {
    skip(signals.missing, 'Windows has no such pipes');
    const [peer, cwd] = [await holder(lab), await lab.folder()];
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    await symlink('pipe', join(cwd, 'link'));
    for (const output of ['pipe', 'link']) {
      const getting = get(lab, ['large', ...peer, '-o', output, '--force'], { cwd });
      const reader = spawn('cat', [join(cwd, 'pipe')]);
      const chunks: Buffer[] = [];
      reader.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      await once(reader, 'close');
      expect((await getting)[0]).toBe(0);
      expect(Buffer.concat(chunks).equals(large)).toBe(true);
    }
    expect((await lstat(join(cwd, 'pipe'))).isFIFO()).toBe(true);
    expect((await readdir(cwd)).sort()).toEqual(['link', 'pipe']);
  });

  it('A signal ends a download into a pipe without a reader', async ({ lab, skip }) => {
    skip(signals.missing, signals.reason);
    const [peer, cwd] = [await holder(lab), await lab.folder()];
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    const args = ['a.txt', ...peer, '-o', 'pipe', '--force', '--json'];
    const getting = start(lab, args, { cwd });
    await getting.says('"received":5');
    getting.signal('SIGTERM');
    expect(await getting.exit).toBe(130);
    expect(await readdir(cwd)).toEqual(['pipe']);
  });

  it('An error says that the reader of a pipe has gone', async ({ lab, skip }) => {
    skip(signals.missing, 'Windows has no such pipes');
    const [peer, cwd] = [await holder(lab), await lab.folder()];
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    const reader = spawn('head', ['-c', '1', join(cwd, 'pipe')]);
    const gone = once(reader, 'close');
    const [code, , stderr] = await get(lab, ['large', ...peer, '-o', 'pipe', '--force'], { cwd });
    await gone;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^p2p: could not write to \S+pipe: EPIPE/);
  });

  it('A download writes to its own output if that is named as a device', async ({ lab, skip }) => {
    skip(signals.missing, 'Windows has no /dev/stdout');
    const peer = await holder(lab);
    expect(await get(lab, ['a.txt', ...peer, '-o', '/dev/stdout'])).toEqual([0, 'yours', '']);
  });
});
