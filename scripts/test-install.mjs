// Installs dist/p2p.mjs as a new user does, into a home of its own, and removes it again.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { root } from './lib/commands.mjs';

const script = join(root, 'scripts', 'install.mjs');
const skip = process.platform === 'win32' && 'the folders of Windows are not in a home of its own';

/** Runs something with an empty home, whose folder for programs is on the path. */
function withHome(use, { onPath = true } = {}) {
  const home = mkdtempSync(join(tmpdir(), 'peerlane-home-'));
  const bin = join(home, '.local', 'bin');
  const system = [dirname(process.execPath), '/usr/bin', '/bin'];
  const env = { HOME: home, PATH: (onPath ? [bin, ...system] : system).join(delimiter) };
  // If no folder of the user is on the path, none of the system must be written to.
  env.npm_config_prefix = join(home, 'nowhere');
  const run = (command, ...args) => spawnSync(command, args, { env, encoding: 'utf8', cwd: home });
  const install = (...args) => run(process.execPath, script, ...args);
  try {
    use({ home, command: join(bin, 'p2p'), run, install });
  } finally {
    rmSync(home, { recursive: true });
  }
}

test('an installed program runs by its name, after a second installation too', { skip }, () => {
  withHome(({ command, run, install }) => {
    const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'));
    for (const { status, stdout } of [install(), install()]) {
      assert.equal(stdout, `Installed ${command}\n`);
      assert.equal(status, 0);
      assert.equal(run('p2p', '--version').stdout, `${version}\n`);
    }
  });
});

test('a removed program leaves nothing', { skip }, () => {
  withHome(({ home, command, install }) => {
    install();
    assert.equal(install('remove').stdout, `Removed ${command}\n`);
    assert.equal(existsSync(command), false);
    assert.equal(existsSync(join(home, '.local', 'share', 'peerlane')), false);
    assert.equal(install('remove').stdout, 'p2p was not installed\n');
  });
});

test('another program of that name is left alone', { skip }, () => {
  withHome(({ command, install }) => {
    mkdirSync(dirname(command), { recursive: true });
    writeFileSync(command, 'mine');
    const { status, stderr } = install();
    assert.equal(status, 1);
    assert.match(stderr, /is another program: remove it first/);
    install('remove');
    assert.equal(readFileSync(command, 'utf8'), 'mine');
  });
});

test('a folder that is not on the path is named, with what to do', { skip }, () => {
  withHome(
    ({ home, install }) => {
      const advice = `export PATH="${join(home, '.local', 'bin')}:$PATH"`;
      assert.match(
        install().stdout,
        new RegExp(`not on your path yet: ${advice.replace('$', '\\$')}`),
      );
    },
    { onPath: false },
  );
});

test('the unit for systemd starts the installed program with options that it has', { skip }, () => {
  withHome(({ home, command, run, install }) => {
    install();
    const unit = readFileSync(join(root, 'configs', 'peerlane.service'), 'utf8');
    const [, line] = /^ExecStart=(.*)$/m.exec(unit);
    const [program, ...words] = line.replaceAll('%h', home).split(' ');
    assert.equal(program, command);
    const help = run(program, words[0], '--help').stdout;
    for (const option of words.filter((word) => word.startsWith('--')))
      assert.match(help, new RegExp(`${option} `), `${words[0]} has no ${option}`);
  });
});
