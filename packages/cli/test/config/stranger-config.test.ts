// A configuration file that the user has not written: what it may change, and when it is refused.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmod, chown, link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { ConfigError } from '../../src/files/config-error.ts';
import { readFoundFile } from '../../src/files/found-file.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { narrowCommands } from '../../src/config/narrow.ts';
import { jsonEventSchema } from '../../src/events/json-event-schema.ts';
import type { JsonEvent } from '../../src/events/json-events.ts';
import { lanHost } from '../../src/config/lan-host.ts';
import { it, type Lab } from '../support/lab.ts';
import { program, type RunOptions } from '../support/program.ts';

const nobody = 65_534;
const noOwners = process.platform === 'win32';
const noOwnersReason = 'Windows knows no such owners and modes';
const notRoot = process.getuid?.() !== 0;
const notRootReason = 'only root can make a file of another user';
const noFifos = spawnSync('mkfifo', ['--version']).status !== 0;
const noFifosReason = 'there is no mkfifo here';

/** All settings that let others reach more, as an archive might contain them. */
const hostile = [
  ...['host: 0.0.0.0', 'lan: true', 'discovery: true', 'catalog: true'],
  ...[`folder: ${homedir()}`, 'cluster: 127.0.0.9:9', 'allow: 0.0.0.0/0'],
].join('\n');

/** A working folder with a configuration file that nobody else may write to. */
async function folderWith(lab: Lab, text: string, path = 'config.yml'): Promise<string> {
  const cwd = await lab.folder();
  if (path !== 'config.yml') await mkdir(join(cwd, 'configs'), { mode: 0o755 });
  await writeFile(join(cwd, path), text, { mode: 0o644 });
  return cwd;
}

async function ended(lab: Lab, args: readonly string[], options: RunOptions) {
  const running = lab.run({ args, ...options });
  running.endInput();
  const code = await running.exit;
  return { code, stdout: running.stdout, stderr: running.stderr };
}

/** The reason why the file in a folder is refused; `undefined` if it is not. */
async function refusal(cwd: string): Promise<string | undefined> {
  return loadConfig({ flags: {}, env: {}, cwd }).then(
    () => undefined,
    (error: unknown) => {
      expect(error).toBeInstanceOf(ConfigError);
      return (error as Error).message;
    },
  );
}

const eventsOf = (text: string): JsonEvent[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => jsonEventSchema.parse(JSON.parse(line)));

describe('a config.yml that came with an unpacked archive', () => {
  it.for(['config.yml', 'configs/config.yml'])(
    'A %s from an archive lets others reach no more of commands that need no file',
    async (path, { lab }) => {
      const cwd = await folderWith(lab, hostile, path);
      const { config, file } = await loadConfig({ flags: {}, env: {}, cwd, narrow: true });
      const defaults = await loadConfig({ flags: {}, env: {}, cwd: await lab.folder() });
      expect(config).toEqual(defaults.config);
      expect(file).toMatchObject({ changes: [], widens: [] });
      // The file has the default of `catalog`.
      expect(file!.leftOut).toEqual(['host', 'folder', 'cluster', 'lan', 'discovery', 'allow']);
      // Flags and variables are used: they come from the user.
      const env = { P2P_LAN: 'true' };
      const own = await loadConfig({ flags: { port: '0' }, env, cwd, narrow: true });
      expect(own.config).toMatchObject({ lan: true, host: lanHost(), discovery: true, port: 0 });
    },
  );

  it('A configuration file can restrict, name and time a node for all commands', async ({
    lab,
  }) => {
    const text = [
      ...['host: 127.0.0.2', 'port: 2000', 'tcpPort: 2001', 'period: 5', 'waiting: 6'],
      ...['discovery: false', 'catalog: false', 'lan: false', 'name: desk', 'protocol: 1'],
    ].join('\n');
    const cwd = await folderWith(lab, text);
    const wide = await loadConfig({ flags: {}, env: {}, cwd });
    const narrow = await loadConfig({ flags: {}, env: {}, cwd, narrow: true });
    expect(narrow).toEqual(wide);
    expect(narrow.file).toMatchObject({ widens: [], leftOut: [] });
    expect(narrow.config).toMatchObject({ host: '127.0.0.2', catalog: false, discovery: false });
  });

  it('A host name that begins like a loopback address is not one', async ({ lab }) => {
    for (const host of ['127.0.0.1.evil.example', '127.evil.example', '::']) {
      const cwd = await folderWith(lab, `host: "${host}"`);
      const { config } = await loadConfig({ flags: {}, env: {}, cwd, narrow: true });
      expect(config.host).toBe('127.0.0.1');
    }
  });

  it('A configuration file does not open `p2p share` to the network, and an event says so', async ({
    lab,
  }) => {
    const cwd = await folderWith(lab, 'lan: true\nname: desk');
    await writeFile(join(cwd, 'a.txt'), 'a');
    const shared = lab.run({ args: ['share', 'a.txt', '--json'], cwd, env: { P2P_PORT: '0' } });
    await shared.says('\n');
    const [ready] = eventsOf(shared.stdout);
    const path = join(cwd, 'config.yml');
    expect(ready).toMatchObject({
      addresses: [expect.stringMatching(/^127\.0\.0\.1:\d+$/)],
      config: { path, changes: ['name'], leftOut: ['lan'] },
    });
    expect(shared.stderr).toBe(`Using ${path} (name: desk); p2p share ignores lan in a file\n`);
  });

  it('A configuration file does not choose the peers that a guest asks', async ({ lab }) => {
    const stranger = createSocket('udp4').bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    let heard = 0;
    stranger.on('message', () => (heard += 1));
    const { port } = stranger.address();
    const cwd = await folderWith(lab, `cluster: 127.0.0.1:${port}\nport: 0\nwaiting: 1`);
    for (const command of ['get a.txt', 'list']) {
      const args = command.split(' ');
      const guest = await ended(lab, args, { cwd });
      expect(guest.stderr).toContain(`p2p ${args[0]!} ignores cluster in a file\n`);
      expect(guest.stderr).toContain('Nobody was heard on this machine');
    }
    stranger.close();
    expect(heard).toBe(0);
  });

  it('The session and `p2p start` name the configuration file with its changes', async ({
    lab,
  }) => {
    const cwd = await folderWith(lab, 'lan: true\nfolder: .\nperiod: 20\nhost: 127.0.0.1');
    const using = `Using ${join(cwd, 'config.yml')} (folder: ., lan: true)`;
    const env = { P2P_LAN: 'false', P2P_PORT: '0', P2P_CLUSTER: '' };
    const session = lab.run({ cwd, env });
    await session.says("('quit' to exit)\n");
    expect(session.stderr).toBe(using.replace(', lan: true', '') + '\n');
    const args = ['start', '--log-format', 'json', '--json'];
    const started = lab.run({ args, cwd, env });
    await started.says('"ready"');
    expect(JSON.parse(started.stderr.split('\n')[0]!)).toMatchObject({
      level: 'info',
      message: using.replace(', lan: true', ''),
    });
    const shown = await ended(lab, ['config'], { cwd });
    expect(shown.stderr).toBe(`${using}\n`);
    const lines = shown.stdout.split('\n').map((line) => line.split(/ {2,}/));
    const notFor = ` (not for ${narrowCommands.join(', ')})`;
    expect(lines).toContainEqual(['lan', 'true', `lan in config.yml${notFor}`]);
    expect(lines).toContainEqual(['host', lanHost(), `lan in config.yml${notFor}`]);
    expect(lines).toContainEqual(['folder', '.', `folder in config.yml${notFor}`]);
    expect(lines).toContainEqual(['period', '20', 'period in config.yml']);
    const printed = eventsOf((await ended(lab, ['config', '--json'], { cwd })).stdout);
    expect(printed).toContainEqual({
      ...{ event: 'setting', name: 'lan', value: true, from: 'lan in config.yml' },
      notFor: narrowCommands,
    });
  });

  it('A configuration file without changes is named as well', async ({ lab }) => {
    const cwd = await folderWith(lab, 'port: 1378\n');
    const shown = await ended(lab, ['config', '--port', '1'], { cwd });
    expect(shown.stderr).toBe(`Using ${join(cwd, 'config.yml')} (changes nothing)\n`);
  });
});

describe('a config.yml that others put there', () => {
  it('All commands refuse a configuration file of another user', async ({ lab, skip }) => {
    skip(notRoot, notRootReason);
    const cwd = await folderWith(lab, 'lan: true');
    await chown(join(cwd, 'config.yml'), nobody, nobody);
    for (const args of [[], ['share', 'x'], ['get', 'x']]) {
      const { code, stdout, stderr } = await ended(lab, args, { cwd });
      expect({ code, stdout, stderr }).toEqual({
        code: 2,
        stdout: '',
        stderr:
          'p2p: config.yml belongs to another user (uid 65534): make it yours alone, or run p2p in another folder\n',
      });
    }
  });

  it('A configuration file that others can write to is refused', async ({ lab, skip }) => {
    skip(noOwners, noOwnersReason);
    const cwd = await folderWith(lab, 'lan: true');
    await chmod(join(cwd, 'config.yml'), 0o646);
    expect(await refusal(cwd)).toBe(
      'config.yml can be changed by others (mode 646): make it yours alone, or run p2p in another folder',
    );
  });

  it('A configuration file that others can replace is refused, unless its folder is sticky', async ({
    lab,
    skip,
  }) => {
    skip(noOwners, noOwnersReason);
    for (const [path, open] of [
      ['config.yml', '.'],
      ['configs/config.yml', '.'],
      ['configs/config.yml', 'configs'],
    ] as const) {
      const cwd = await folderWith(lab, 'port: 1', path);
      await chmod(join(cwd, open), 0o777);
      expect(await refusal(cwd)).toContain(`${path} can be replaced by others (its folder: 777)`);
      await chmod(join(cwd, open), 0o1777);
      expect(await refusal(cwd)).toBeUndefined();
      await link(join(cwd, path), join(cwd, 'other'));
      expect(await refusal(cwd)).toContain('has more than one name');
    }
  });

  it('A link to a configuration file is trusted by its owner, and by what it leads to', async ({
    lab,
    skip,
  }) => {
    skip(notRoot, notRootReason);
    const mine = await folderWith(lab, 'port: 1');
    const cwd = await lab.folder();
    await symlink(join(mine, 'config.yml'), join(cwd, 'config.yml'));
    expect(await refusal(cwd)).toBeUndefined();
    await chmod(mine, 0o777);
    expect(await refusal(cwd)).toContain('can be replaced by others');
    await chmod(mine, 0o700);
    execFileSync('chown', ['-h', String(nobody), join(cwd, 'config.yml')]);
    expect(await refusal(cwd)).toContain('is a link of another user (uid 65534)');
    const further = await lab.folder();
    await symlink(mine, join(further, 'configs'));
    execFileSync('chown', ['-h', String(nobody), join(further, 'configs')]);
    expect(await refusal(further)).toContain('is a link of another user');
  });

  it('A configuration file is not opened through a link of another user, which may lead to a device', async ({
    lab,
    skip,
  }) => {
    skip(notRoot || noFifos, 'only root can make a link of another user, and mkfifo is needed');
    const cwd = await lab.folder();
    const pipe = join(await lab.folder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    await symlink(pipe, join(cwd, 'config.yml'));
    execFileSync('chown', ['-h', String(nobody), join(cwd, 'config.yml')]);
    expect(await refusal(cwd)).toContain('is a link of another user (uid 65534)');
  });

  it('A configuration file is not read from a folder of another user that replaces the working folder for a moment', async ({
    lab,
    skip,
  }) => {
    skip(notRoot, notRootReason);
    const [outer, mine] = [await lab.folder(), await folderWith(lab, 'period: 66')];
    const [cwd, theirs] = [join(outer, 'work'), join(outer, 'theirs')];
    for (const path of [cwd, theirs]) await mkdir(path, { mode: 0o755 });
    await writeFile(join(cwd, 'config.yml'), 'period: 7', { mode: 0o644 });
    // Ours, but somewhere else, and chosen by them.
    await symlink(join(mine, 'config.yml'), join(theirs, 'config.yml'));
    for (const path of [theirs, join(theirs, 'config.yml')])
      execFileSync('chown', ['-h', String(nobody), path]);
    const exchange = `for (;;) for (const [from, to] of [['work', 'x'], ['theirs', 'work'], ['x', 'theirs']])
      try { fs.renameSync(from, to) } catch {}`;
    const neighbour = spawn(process.execPath, ['-e', exchange], { cwd: outer, stdio: 'ignore' });
    try {
      await once(neighbour, 'spawn');
      for (let round = 0; round < 1000; round += 1) {
        const found = await readFoundFile(cwd, 'config.yml').catch((error: unknown) => {
          expect(error).toBeInstanceOf(ConfigError);
        });
        expect([undefined, 'period: 7']).toContain(found);
      }
    } finally {
      neighbour.kill('SIGKILL');
      await once(neighbour, 'exit');
    }
  });

  it('A user may use a configuration file of root', async ({ lab, skip }) => {
    skip(notRoot, notRootReason);
    const cwd = await folderWith(lab, 'period: 7');
    await chmod(cwd, 0o755);
    const within = ['setpriv', '--reuid', String(nobody), '--clear-groups'];
    const reading = [process.execPath, '-e', 'fs.accessSync(process.argv[1])', program];
    const { status } = spawnSync(within[0]!, [...within.slice(1), ...reading]);
    skip(status !== 0, 'another user cannot run the program here');
    const shown = await ended(lab, ['config'], { cwd, within });
    expect(shown.stdout).toMatch(/^period +7 +period in config\.yml$/m);
  });
});

describe('a config.yml that is no plain file', () => {
  it.for(['config.yml', 'configs/config.yml'])(
    'A FIFO as %s is refused at once',
    async (path, { lab, skip }) => {
      skip(noFifos, noFifosReason);
      const cwd = await lab.folder();
      await mkdir(join(cwd, 'configs'));
      execFileSync('mkfifo', [join(cwd, path)]);
      expect(await ended(lab, ['config'], { cwd })).toEqual({
        code: 2,
        stdout: '',
        stderr: `p2p: ${path}: expected a file, got a device or pipe\n`,
      });
    },
  );

  it('A device, a folder or a large file as configuration file is refused', async ({
    lab,
    skip,
  }) => {
    const cwd = await folderWith(lab, '#'.repeat(16_384));
    expect(await refusal(cwd)).toBeUndefined();
    await writeFile(join(cwd, 'config.yml'), '#'.repeat(16_385));
    expect(await refusal(cwd)).toBe('config.yml: expected a file of at most 16 kB');
    skip(noOwners, 'there is no /dev/zero here');
    const other = await lab.folder();
    await symlink('/dev/zero', join(other, 'config.yml'));
    expect(await refusal(other)).toContain('expected a file, got a device or pipe');
  });

  it('A file that is too deep for the parser is refused in one line', async ({ lab }) => {
    const cwd = await folderWith(lab, '['.repeat(16_000));
    expect(await refusal(cwd)).toMatch(/^config\.yml is not YAML as expected: .*$/);
  });
});
