// The program where the system lacks what it usually has: a disk for its output, a folder, an account.
import { chmod, mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { it } from '../support/lab.ts';
import { asUser, unusedPort } from '../support/program.ts';

const noShell = process.platform === 'win32';
const noDevice = process.platform !== 'linux';

/** Runs a program by a shell, after other commands. */
const shell = (line: string): string[] => ['sh', '-c', line, 'sh'];

describe('a program whose standard output is gone', () => {
  it.for([
    ['full', '/dev/full'],
    ['closed', '&-'],
  ] as const)(
    'A node goes on if its standard output is %s',
    async ([what, target], { lab, skip }) => {
      skip(noDevice, 'only Linux has /dev/full');
      const folder = await lab.folder();
      await writeFile(join(folder, 'a.txt'), 'hello');
      const port = String(await unusedPort());
      const args = ['start', '--folder', folder, '--port', port, '--log-level', 'debug'];
      const node = lab.run({ args, within: shell(`exec "$@" >${target}`) });
      if (what === 'full')
        await node.says(/^\S+ warning .*standard output.*nothing more/, 'stderr');
      const into = await lab.folder();
      const get = lab.run({ args: ['get', 'a.txt', '--peer', `127.0.0.1:${port}`], cwd: into });
      expect(await get.exit).toBe(0);
      await node.says('a file was sent', 'stderr');
      node.signal('SIGTERM');
      expect(await node.exit).toBe(0);
      expect(node.stderr).not.toMatch(/^\s+at /m);
      expect(node.stderr.match(/standard output/g) ?? []).toHaveLength(what === 'full' ? 1 : 0);
    },
  );

  it('A command whose result cannot be written says so in one line', async ({ lab, skip }) => {
    skip(noDevice, 'only Linux has /dev/full');
    for (const args of [['config'], ['--help'], ['completion', 'bash']]) {
      const run = lab.run({ args, within: shell('exec "$@" >/dev/full') });
      expect(await run.exit).toBe(1);
      expect(run.stderr).toMatch(/^p2p: could not write to the standard output: ENOSPC[^\n]*\n$/);
    }
  });
});

describe('a program in a folder that was removed', () => {
  it('Help is shown, and a command says what to do', async ({ lab, skip }) => {
    skip(noShell, 'Windows removes no folder that is in use');
    const folder = await lab.folder();
    for (const [at, args] of [['--help'], ['config'], ['get', 'a.txt']].entries()) {
      const cwd = join(await realpath(folder), String(at));
      await mkdir(cwd);
      const run = lab.run({ args, cwd, within: shell('rmdir "$PWD" && exec "$@"') });
      expect(await run.exit).toBe(at === 0 ? 0 : 2);
      expect(run.stderr).toBe(
        at === 0
          ? ''
          : 'p2p: The working folder does not exist any more. Change to another with cd.\n',
      );
    }
  });
});

describe('a user without an account', () => {
  const { within, missing, reason } = asUser();
  const stranger = within.map((word) => word.replace('65534', '54321'));

  it('A node starts without a home folder', async ({ lab, skip }) => {
    skip(missing || within.length === 0, reason || 'only root can become another user');
    const folder = await lab.folder();
    await chmod(folder, 0o755);
    const args = ['start', '--folder', folder, '--port', '0'];
    const node = lab.run({ args, within: ['env', '-u', 'HOME', ...stranger], cwd: '/' });
    await node.says('Ready: ');
    node.signal('SIGTERM');
    expect(await node.exit).toBe(0);
  });

  it('A path with ~ is refused in one line', async ({ lab, skip }) => {
    skip(missing || within.length === 0, reason || 'only root can become another user');
    const args = ['start', '--folder', '~/files', '--port', '0'];
    const node = lab.run({ args, within: ['env', '-u', 'HOME', ...stranger], cwd: '/' });
    expect(await node.exit).toBe(2);
    expect(node.stderr).toMatch(
      /^p2p: .*~\/files: this user has no home folder\. Set HOME, [^\n]*\n$/,
    );
  });
});

describe('a program under nohup', () => {
  it('A node goes on after SIGHUP', async ({ lab, skip }) => {
    skip(noShell, 'Windows has no nohup');
    const folder = await lab.folder();
    const node = lab.run({ args: ['start', '--folder', folder, '--port', '0'], within: ['nohup'] });
    await node.says('Ready: ');
    node.signal('SIGHUP');
    node.signal('SIGHUP');
    node.signal('SIGTERM');
    expect(await node.exit).toBe(0);
  });
});
