// `p2p key`, and sealed nodes as processes: who gets a file, and that no key is ever shown.
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterKey } from '@peerlane/seal';
import { describe, expect } from 'vitest';
import { inTime, it, type Lab } from '../support/lab.ts';
import { terminals, type Program, type RunOptions } from '../support/program.ts';

const keyText = /peerlane-key-1:([\w-]{43})/;
const noModes = process.platform === 'win32';

/** Runs `p2p` to its end, for the user whose configuration is in a folder. */
async function ended(lab: Lab, args: readonly string[], options: RunOptions = {}) {
  const running = lab.run({ args, ...options });
  running.endInput();
  const code = await running.exit;
  return { code, stdout: running.stdout, stderr: running.stderr };
}

/** A user who has made a key: where, its id and its secret characters. */
async function userWithKey(lab: Lab) {
  const home = await lab.folder();
  const env = { XDG_CONFIG_HOME: home, APPDATA: home };
  const { stdout, code } = await ended(lab, ['key', 'new'], { env });
  expect(code).toBe(0);
  const [, id = '', path = ''] = /^Made key (\w{8}) in (.*)\n/.exec(stdout)!;
  const [, secret = ''] = keyText.exec(await readFile(path, 'utf8'))!;
  expect(stdout).not.toContain(secret);
  return { home, env, id, path, secret };
}

/** Starts a node with a file, and returns its address. */
async function started(lab: Lab, env: RunOptions['env'], args: readonly string[] = []) {
  const folder = await lab.folder();
  await writeFile(join(folder, 'report.pdf'), 'the report');
  const node = lab.run({
    args: ['start', '--port', '0', '--folder', folder, '--json', ...args],
    ...(env && { env }),
  });
  const [line] = await node.says(/^\{"event":"ready".*\n/m);
  const ready = JSON.parse(line!) as { addresses: string[]; sealed: string | null };
  return { node, address: ready.addresses[0]!, sealed: ready.sealed };
}

/** The command lines and the output of a running program. */
async function publicTexts(programs: readonly Program[]): Promise<string> {
  const outputs = programs.map((program) => program.stdout + program.wholeStderr);
  if (process.platform !== 'linux') return outputs.join('\n');
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    processes.map((name) => readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')),
  );
  return [...outputs, ...lines].join('\n');
}

describe('p2p key', () => {
  it('A key is made once, for its user alone, and shown only on wish', async ({ lab }) => {
    const { env, id, path, secret } = await userWithKey(lab);
    if (!noModes) expect((await stat(path)).mode & 0o777).toBe(0o600);
    const again = await ended(lab, ['key', 'new'], { env });
    expect(again.code).toBe(2);
    expect(again.stderr).toContain(`already exists, with key ${id}`);
    const unasked = await ended(lab, ['key', 'show'], { env });
    expect([unasked.code, unasked.stdout]).toEqual([2, '']);
    expect(unasked.stderr).toContain('--yes');
    const shown = await ended(lab, ['key', 'show', '--yes'], { env });
    expect(shown).toMatchObject({ code: 0, stdout: `peerlane-key-1:${secret}\n`, stderr: '' });
    for (const args of [['config'], ['config', '--json']]) {
      const config = await ended(lab, args, { env });
      expect(config.stdout).toContain(id);
      expect(config.stdout).toContain(path);
      expect(config.stdout + config.stderr).not.toContain(secret);
    }
  });

  it('At a terminal a person is asked before the key is shown', async ({ lab, skip }) => {
    skip(terminals.missing, terminals.reason);
    const { env, secret } = await userWithKey(lab);
    for (const [answer, isShown] of [
      ['', false],
      ['n', false],
      ['y', true],
    ] as const) {
      const program = lab.run({ args: ['key', 'show'], env, terminal: true });
      await program.says('Show it? (y/N)');
      program.type(answer);
      expect(await program.exit).toBe(0);
      expect(program.stdout.includes(secret)).toBe(isShown);
    }
  });

  it('Ctrl-C at a question of `p2p key` changes nothing and says nothing', async ({
    lab,
    skip,
  }) => {
    skip(terminals.missing, terminals.reason);
    const { env, id, path } = await userWithKey(lab);
    const added = await ended(lab, ['key', 'add'], { env });
    const [, next = ''] = /p2p key use (\w{8})/.exec(added.stdout)!;
    const before = await readFile(path, 'utf8');
    for (const args of [
      ['key', 'show'],
      ['key', 'remove', next],
    ]) {
      const program = lab.run({ args, env, terminal: true });
      await program.says('(y/N) ');
      program.press('\u0003');
      expect(await program.exit).toBe(130);
      expect(program.stdout).not.toMatch(/p2p:|peerlane-key/);
    }
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(before).toMatch(/^(peerlane-key-1:[\w-]{43}\n){2}$/);
    expect(id).not.toBe(next);
  });

  it('Where no key is yet, `p2p config` names the file that would have it', async ({ lab }) => {
    const home = await lab.folder();
    const env = { XDG_CONFIG_HOME: home, APPDATA: home };
    const { stdout } = await ended(lab, ['config'], { env });
    const [, place = ''] = /^key +- +(.*)$/m.exec(stdout)!;
    await ended(lab, ['key', 'new', '--key-file', place], { env });
    expect((await ended(lab, ['key', 'show', '--yes'], { env })).code).toBe(0);
  });

  it('Keys are changed in three steps, and the last one stays', async ({ lab }) => {
    const { env, id, path } = await userWithKey(lab);
    const run = (...args: string[]) => ended(lab, ['key', ...args], { env });
    const added = await run('add');
    const [, next = ''] = /p2p key use (\w{8})/.exec(added.stdout)!;
    expect(added.stdout).toContain(`p2p key remove ${id}`);
    expect((await run('remove', id, '--yes')).stderr).toContain(`p2p key use ${next}`);
    expect((await run('use', next)).stdout).toContain(`p2p key remove ${id}`);
    expect((await run('remove', id)).stderr).toContain('--yes');
    expect((await run('remove', id, '--yes')).code).toBe(0);
    expect((await run('remove', next, '--yes')).stderr).toContain('is the only key');
    expect((await run('use', id)).stderr).toContain(`there is no key "${id}"`);
    expect(await readFile(path, 'utf8')).toMatch(/^peerlane-key-1:[\w-]{43}\n$/);
  });

  it('No failure shows a key, wherever it was typed', async ({ lab }) => {
    const cwd = await lab.folder();
    const text = ClusterKey.generate().reveal();
    const file = join(cwd, 'bad');
    await writeFile(file, `${text}!`, { mode: 0o600 });
    await writeFile(join(cwd, 'config.yml'), `key: ${text}`, { mode: 0o644 });
    const other = await lab.folder();
    const faults: readonly (readonly [string[], RunOptions])[] = [
      [['key', 'use', text], { cwd: other, env: { P2P_KEY_FILE: file } }],
      [['key', text], { cwd: other }],
      [[text], { cwd: other }],
      [['get', 'a', '--peer', text], { cwd: other }],
      [['list', '--key-file', text], { cwd: other }],
      [['list', '--key-file', file], { cwd: other }],
      [['list', '--json', '--key-file', file], { cwd: other }],
      [['start', '--folder', other, '--log-format', 'json', '--key-file', file], { cwd: other }],
      [['list'], { cwd: other, env: { P2P_KEY: `${text}!` } }],
      [['list', '--protocol', '1'], { cwd: other, env: { P2P_KEY: text } }],
      [['list'], { cwd }],
    ];
    const secret = text.slice(-43);
    for (const [args, options] of faults) {
      const env = { NODE_DEBUG: 'p2p', ...options.env };
      const { code, stdout, stderr } = await ended(lab, args, { ...options, env });
      expect([args, code]).toEqual([args, 2]);
      expect(stdout + stderr).not.toContain(secret);
    }
  });
});

describe('a sealed cluster', () => {
  it('Nodes with one key exchange a file, and an open one gets nothing', async ({ lab }) => {
    const { env, id, path, secret } = await userWithKey(lab);
    const { node, address, sealed } = await started(lab, env, ['--log-level', 'debug']);
    expect(sealed).toBe(id);
    const into = await lab.folder();
    const peer = ['--peer', address];
    // Three ways to have the key: the user's own, a file that is named, and the variable.
    const P2P_KEY = (await readFile(path, 'utf8')).trim();
    const got = lab.run({ args: ['get', 'report.pdf', ...peer], cwd: into, env });
    expect(await got.exit).toBe(0);
    expect(await readFile(join(into, 'report.pdf'), 'utf8')).toBe('the report');
    const byFile = await ended(lab, ['list', '--key-file', path, ...peer]);
    expect(byFile).toMatchObject({ code: 0, stderr: `Sealed with key ${id}.\n` });
    const status = await ended(lab, ['status', ...peer], { env: { P2P_KEY } });
    expect(status.stdout).toContain(`Sealed with key ${id}.\n`);
    expect((await ended(lab, ['search', ...peer], { env })).stdout).toContain('report.pdf');
    const open = await ended(lab, ['get', 'report.pdf', '--waiting', '2', ...peer], {
      cwd: await lab.folder(),
    });
    expect(open.code).not.toBe(0);
    const asOpen = await ended(lab, ['list', '--open', ...peer], { env });
    expect(asOpen.code).not.toBe(0);
    expect(await publicTexts([node, got])).not.toContain(secret);
  });

  it('A running node takes other keys, says so once, and keeps them when the file is bad', async ({
    lab,
  }) => {
    const { env, id, path } = await userWithKey(lab);
    const { node, address } = await started(lab, env);
    await ended(lab, ['key', 'add'], { env });
    const [, next] = await node.says(
      /Keys changed: sealing with \w{8}, also opening (\w{8})\./,
      'stderr',
    );
    await ended(lab, ['key', 'use', next!], { env });
    await node.says(`Keys changed: sealing with ${next!}, also opening ${id}.`, 'stderr');
    await inTime(async () => {
      expect((await ended(lab, ['list', '--peer', address], { env })).code).toBe(0);
    });
    await ended(lab, ['key', 'remove', id, '--yes'], { env });
    await node.says(`Keys changed: sealing with ${next!}.`, 'stderr');
    await writeFile(`${path}.new`, 'nonsense', { mode: 0o600 });
    await rename(`${path}.new`, path);
    await node.says(/The keys stay as they were, sealing with \w{8}: /, 'stderr');
  });
});
