import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmod, chown, link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { readFoundFile } from '../../src/config/found-file.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { narrowCommands } from '../../src/config/narrow.ts';
import { settingNames, settings } from '../../src/config/settings.ts';
import { jsonEventSchema, type JsonEvent } from '../../src/output/json-events.ts';
import { it, type Lab } from '../support/lab.ts';
import { program, type RunOptions } from '../support/program.ts';

const nobody = 65_534;
const noOwners = process.platform === 'win32';
const noOwnersReason = 'Windows knows no such owners and modes';
const notRoot = process.getuid?.() !== 0;
const notRootReason = 'only root can make a file of another user';
const noFifos = spawnSync('mkfifo', ['--version']).status !== 0;
const noFifosReason = 'there is no mkfifo here';

/** All by which more is reached than by default, as an unpacked archive might bring it. */
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

/** Why the file in a folder is refused; `undefined` where it is not. */
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
    'widens nothing for commands that need none: %s',
    async (path, { lab }) => {
      const cwd = await folderWith(lab, hostile, path);
      const { config, file } = await loadConfig({ flags: {}, env: {}, cwd, narrow: true });
      for (const name of settingNames) expect(config[name]).toEqual(settings[name].fallback);
      expect(file).toMatchObject({ changes: [], widens: [] });
      // The default of `catalog` is what the file says.
      expect(file!.leftOut).toEqual(['host', 'folder', 'cluster', 'lan', 'discovery', 'allow']);
      // Flags and variables are the user's own.
      const env = { P2P_LAN: 'true' };
      const own = await loadConfig({ flags: { port: '0' }, env, cwd, narrow: true });
      expect(own.config).toMatchObject({ lan: true, host: '0.0.0.0', discovery: true, port: 0 });
    },
  );

  it('narrows, names and times for all commands', async ({ lab }) => {
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

  it('is not taken for loopback by a name that begins as an address does', async ({ lab }) => {
    for (const host of ['127.0.0.1.evil.example', '127.evil.example', '::']) {
      const cwd = await folderWith(lab, `host: "${host}"`);
      const { config } = await loadConfig({ flags: {}, env: {}, cwd, narrow: true });
      expect(config.host).toBe('127.0.0.1');
    }
  });

  it('does not open `p2p share` to the network, and the program is told', async ({ lab }) => {
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
    expect(shared.stderr).toBe(
      `Using ${path} (name: desk); p2p share does not take lan from a file\n`,
    );
  });

  it('cannot have a guest ask peers of its choice', async ({ lab }) => {
    const stranger = createSocket('udp4').bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    let heard = 0;
    stranger.on('message', () => (heard += 1));
    const { port } = stranger.address();
    const cwd = await folderWith(lab, `cluster: 127.0.0.1:${port}\nport: 0\nwaiting: 1`);
    for (const command of ['get a.txt', 'list']) {
      const args = command.split(' ');
      const guest = await ended(lab, args, { cwd });
      expect(guest.stderr).toContain(`p2p ${args[0]!} does not take cluster from a file\n`);
      expect(guest.stderr).toContain('Nobody was heard on this machine');
    }
    stranger.close();
    expect(heard).toBe(0);
  });

  it('is named, with what it changed, by the commands that it is for', async ({ lab }) => {
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
    expect(lines).toContainEqual(['host', '0.0.0.0', `lan in config.yml${notFor}`]);
    expect(lines).toContainEqual(['folder', '.', `folder in config.yml${notFor}`]);
    expect(lines).toContainEqual(['period', '20', 'period in config.yml']);
    const told = eventsOf((await ended(lab, ['config', '--json'], { cwd })).stdout);
    expect(told).toContainEqual({
      ...{ event: 'setting', name: 'lan', value: true, from: 'lan in config.yml' },
      notFor: narrowCommands,
    });
  });

  it('that changes nothing is named, too', async ({ lab }) => {
    const cwd = await folderWith(lab, 'port: 1378\n');
    const shown = await ended(lab, ['config', '--port', '1'], { cwd });
    expect(shown.stderr).toBe(`Using ${join(cwd, 'config.yml')} (changes nothing)\n`);
  });
});

describe('a config.yml that others put there', () => {
  it('is refused by all commands alike where it belongs to another user', async ({ lab, skip }) => {
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

  it('is refused where others can write to it', async ({ lab, skip }) => {
    skip(noOwners, noOwnersReason);
    const cwd = await folderWith(lab, 'lan: true');
    await chmod(join(cwd, 'config.yml'), 0o646);
    expect(await refusal(cwd)).toBe(
      'config.yml can be changed by others (mode 646): make it yours alone, or run p2p in another folder',
    );
  });

  it('is refused where others can replace it, also in configs/, unless the folder is sticky', async ({
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

  it('is judged where a link leads, and by whose link it is', async ({ lab, skip }) => {
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

  it('is not opened through a link of theirs, which may lead to a device', async ({
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

  it('is not read from a folder of theirs that takes the place of the working one for a moment', async ({
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

  it("may be root's where another user runs p2p", async ({ lab, skip }) => {
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
    'holds nobody up where it is a FIFO that nobody writes to: %s',
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

  it('is refused where it is a device, or a folder, or too large', async ({ lab, skip }) => {
    const cwd = await folderWith(lab, '#'.repeat(16_384));
    expect(await refusal(cwd)).toBeUndefined();
    await writeFile(join(cwd, 'config.yml'), '#'.repeat(16_385));
    expect(await refusal(cwd)).toBe('config.yml: expected a file of at most 16384 bytes');
    skip(noOwners, 'there is no /dev/zero here');
    const other = await lab.folder();
    await symlink('/dev/zero', join(other, 'config.yml'));
    expect(await refusal(other)).toContain('expected a file, got a device or pipe');
  });

  it('is one clear line where it is too deep for the parser', async ({ lab }) => {
    const cwd = await folderWith(lab, '['.repeat(16_000));
    expect(await refusal(cwd)).toMatch(/^config\.yml is not YAML as expected: .*$/);
  });
});
