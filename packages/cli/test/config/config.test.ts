// Where the configuration comes from, and which values are refused.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { ConfigError } from '../../src/files/config-error.ts';
import { machineName } from '../../src/config/machine-name.ts';
import { loadConfig, type Flags } from '../../src/config/load-config.ts';
import { variableWarnings } from '../../src/config/variables.ts';
import type { Config } from '../../src/config/settings.ts';
import { lanHost } from '../../src/config/lan-host.ts';
import { it, Lab } from '../support/lab.ts';

interface Sources {
  readonly flags?: Flags;
  readonly env?: Readonly<Record<string, string>>;
  /** By path. */
  readonly files?: Readonly<Record<string, string>>;
}

async function load(lab: Lab, { flags = {}, env = {}, files = {} }: Sources): Promise<Config> {
  const cwd = await lab.folder();
  await mkdir(join(cwd, 'configs'), { mode: 0o755 });
  for (const [path, text] of Object.entries(files))
    await writeFile(join(cwd, path), text, { mode: 0o644 });
  return (await loadConfig({ flags, env, cwd })).config;
}

describe('the configuration', () => {
  it('The configuration has the defaults of the specification', async ({ lab }) => {
    expect(await load(lab, {})).toEqual({
      host: '127.0.0.1',
      port: 1378,
      tcpPort: 0,
      period: 20,
      waiting: 100,
      folder: undefined,
      cluster: undefined,
      lan: false,
      name: machineName(),
      discovery: undefined,
      catalog: true,
      protocol: 2,
      allow: [],
      keyFile: undefined,
      open: false,
    });
  });

  it('The configuration is read from variables', async ({ lab }) => {
    const env = {
      P2P_HOST: 'node1',
      P2P_PORT: '2000',
      P2P_TCP_PORT: '2001',
      P2P_PERIOD: '1.5',
      P2P_WAITING: '3',
      P2P_FOLDER: 'configs',
      P2P_CLUSTER: 'Node2:1378, 127.0.0.3 node4',
      P2P_DISCOVERY: 'false',
      P2P_CATALOG: 'false',
      P2P_NAME: 'desk',
      P2P_PROTOCOL: '1',
      P2P_ALLOW: '203.0.113.0/24 198.51.100.1',
      P2P_KEY_FILE: 'key',
      P2P_OPEN: 'false',
    };
    expect(await load(lab, { env })).toEqual({
      host: 'node1',
      port: 2000,
      tcpPort: 2001,
      period: 1.5,
      waiting: 3,
      folder: 'configs',
      cluster: ['node2:1378', '127.0.0.3:1378', 'node4:1378'],
      lan: false,
      name: 'desk',
      discovery: false,
      catalog: false,
      protocol: 1,
      allow: ['203.0.113.0/24', '198.51.100.1'],
      keyFile: 'key',
      open: false,
    });
  });

  it('The configuration is read from config.yml in the working folder, or else in configs/', async ({
    lab,
  }) => {
    const yaml =
      'host: "127.0.0.2"\nport: 2000\nperiod: 5\ncluster:\n  - 127.0.0.3:1378\nfolder:\n';
    expect(
      await load(lab, { files: { 'config.yml': yaml, 'configs/config.yml': 'port: 3000' } }),
    ).toMatchObject({
      host: '127.0.0.2',
      port: 2000,
      cluster: ['127.0.0.3:1378'],
      folder: undefined,
    });
    expect(
      await load(lab, { files: { 'configs/config.yml': 'port: 3000\ncluster: a:1,b:2' } }),
    ).toMatchObject({
      port: 3000,
      cluster: ['a:1', 'b:2'],
    });
    expect(await load(lab, { files: { 'config.yml': '' } })).toMatchObject({ port: 1378 });
  });

  it('The example is a valid configuration, also with all its lines enabled', async ({ lab }) => {
    const example = await readFile(
      new URL('../../../../configs/config.example.yml', import.meta.url),
    );
    const defaults = await load(lab, {});
    const text = example.toString();
    expect(await load(lab, { files: { 'config.yml': text } })).toEqual(defaults);
    const inForce = text
      .replaceAll(/^# ( {2}-|(?: {2})?[a-zA-Z]+:)/gm, '$1')
      .replaceAll('shared', 'configs');
    expect(await load(lab, { files: { 'config.yml': inForce } })).toEqual({
      ...defaults,
      host: lanHost(),
      lan: true,
      name: 'desk',
      discovery: true,
      allow: ['203.0.113.0/24'],
      folder: 'configs',
      cluster: ['127.0.0.1:1379'],
      keyFile: '/home/me/key',
      limitUpload: 2_000_000,
      acceptFrom: ['192.168.1.0/24'],
      acceptMaxSize: 2_000_000_000,
      acceptInto: 'configs',
    });
  });

  it.each([
    ['accept: yes', 'accept: expected lines such as'],
    ['accept:\n  form: anna', 'unknown key "form" below "accept". Did you mean "from"?'],
    ['accept:\n  from: 10.0.0.0/40', 'accept.from in config.yml: expected names and networks'],
    ['accept:\n  from: anna\n  maxSize: big', 'accept.maxSize in config.yml: expected a number'],
    ['accept:\n  from: anna\n  into: nowhere', 'accept.into in config.yml: there is no folder'],
    ['limitUpload: fast', 'limitUpload in config.yml: expected bytes per second'],
  ])('%j is refused with one clear error', async (text, error) => {
    await using lab = new Lab();
    await expect(load(lab, { files: { 'config.yml': text } })).rejects.toThrow(error);
  });

  it('A folder in the configuration may begin with the home folder as ~', async ({ lab }) => {
    const home = { folder: homedir() };
    expect(await load(lab, { files: { 'config.yml': 'folder: "~"' } })).toMatchObject(home);
    expect(await load(lab, { env: { P2P_FOLDER: '~' } })).toMatchObject(home);
    await expect(load(lab, { env: { P2P_FOLDER: '~no' } })).rejects.toThrow('no folder "~no"');
  });

  it('The setting `lan` implies every interface and discovery, unless a source of its rank has these', async ({
    lab,
  }) => {
    const env = { P2P_DISCOVERY: 'false', P2P_HOST: '192.0.2.2' };
    const lan = { host: lanHost(), discovery: true, cluster: [] };
    expect(await load(lab, { env, flags: { lan: 'true' } })).toMatchObject(lan);
    expect(await load(lab, { env: { P2P_LAN: 'true' } })).toMatchObject(lan);
    expect(await load(lab, { env: { ...env, P2P_LAN: 'true' } })).toMatchObject({
      host: '192.0.2.2',
      discovery: false,
    });
    expect(
      await load(lab, { flags: { lan: 'true', host: '192.0.2.3', cluster: 'a:1' } }),
    ).toMatchObject({ host: '192.0.2.3', discovery: true, cluster: ['a:1'] });
  });

  it('`lan` beside a host that no other machine reaches is refused, or given up for one that counts for more', async ({
    lab,
  }) => {
    for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) {
      const flags = { lan: 'true', host };
      await expect(load(lab, { flags })).rejects.toThrow(
        `--lan and --host cannot be combined, because no other machine reaches ${host}: ` +
          'leave out --host to reach the network, or --lan to stay on this machine',
      );
      const env = { P2P_LAN: 'true' };
      expect(await load(lab, { env, flags: { host } })).toMatchObject({ host, lan: false });
    }
    const files = { 'config.yml': 'lan: true\nhost: localhost' };
    await expect(load(lab, { files })).rejects.toThrow('leave out host in config.yml');
  });

  it('Flags take precedence over variables, and variables over the file', async ({ lab }) => {
    const files = { 'config.yml': 'port: 1\nperiod: 1\nwaiting: 1' };
    const env = { P2P_PORT: '2', P2P_PERIOD: '2' };
    expect(await load(lab, { files, env, flags: { port: '3' } })).toMatchObject({
      port: 3,
      period: 2,
      waiting: 1,
    });
  });

  it('An empty P2P_CLUSTER means no members, and other empty variables are ignored', async ({
    lab,
  }) => {
    expect(
      await load(lab, { env: { P2P_CLUSTER: '', P2P_FOLDER: '', P2P_PORT: '' } }),
    ).toMatchObject({
      cluster: [],
      folder: undefined,
      port: 1378,
    });
  });

  it.for<[Sources, string]>([
    [{ env: { P2P_PORT: '65536' } }, 'P2P_PORT: expected a port from 0 to 65535, got "65536"'],
    [{ env: { P2P_PORT: '1e3' } }, 'P2P_PORT: expected a port from 0 to 65535, got "1e3"'],
    [{ env: { P2P_PROTOCOL: '3' } }, 'P2P_PROTOCOL: expected 1 or 2, got "3"'],
    [{ env: { P2P_DISCOVERY: 'yes' } }, 'P2P_DISCOVERY: expected true or false, got "yes"'],
    [
      { env: { P2P_ALLOW: '10.0.0.0/99' } },
      'P2P_ALLOW: expected networks as 203.0.113.0/24, separated by commas, got "10.0.0.0/99"',
    ],
    [{ flags: { tcpPort: '1.5' } }, '--tcp-port: expected a port from 0 to 65535, got "1.5"'],
    [
      { files: { 'config.yml': 'cluster: [a:1, b:x]' } },
      'cluster in config.yml: expected addresses as HOST or HOST:PORT, separated by commas, got ["a:1","b:x"]',
    ],
    [
      { env: { P2P_PERIOD: '0' } },
      'P2P_PERIOD: expected a number of seconds from 1 to 86400, got "0"',
    ],
    [{ flags: { period: '0.9' } }, '--period: expected a number of seconds from 1 to 86400, got'],
    [
      { files: { 'config.yml': 'waiting: .nan' } },
      'waiting in config.yml: expected a number of seconds over 0, up to 86400, got ".nan"',
    ],
    [{ env: { P2P_HOST: '0' } }, 'P2P_HOST: expected an IP address or a host name, got "0"'],
    [{ env: { P2P_HOST: '127.1' } }, 'P2P_HOST: expected an IP address or a host name, got'],
    [{ env: { P2P_HOST: 'node1 ' } }, 'P2P_HOST: expected an IP address or a host name, got'],
    [{ env: { P2P_HOST: 'node1:1' } }, 'P2P_HOST: expected an IP address or a host name, got'],
    [{ flags: { folder: 'no' } }, '--folder: there is no folder "no"'],
    [
      { files: { 'config.yml': 'folder: config.yml' } },
      'folder in config.yml: "config.yml" is not a folder',
    ],
    [
      { flags: { cluster: 'a:1,b:x' } },
      '--cluster: expected addresses as HOST or HOST:PORT, separated by commas, got "a:1,b:x"',
    ],
    [{ files: { 'config.yml': 'port: 1\nPORT: 2' } }, 'config.yml: the key "PORT" is there twice'],
    [
      { files: { 'config.yml': 'host: 7' } },
      'host in config.yml: expected an IP address or a host name, got "7"',
    ],
    [
      { files: { 'config.yml': 'prot: 1' } },
      'config.yml: unknown key "prot". Did you mean "port" or "protocol"?',
    ],
    [{ files: { 'config.yml': '- a' } }, 'config.yml: expected lines such as "port: 1378"'],
    [
      { files: { 'config.yml': 'a: [' } },
      'config.yml is not YAML as expected: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 5',
    ],
    [
      { files: { 'config.yml': 'host: &a {b: *a}' } },
      'host in config.yml: expected an IP address or a host name, got a mapping',
    ],
    [
      { files: { 'config.yml': 'cluster: &a [*a]' } },
      'cluster in config.yml: expected addresses as HOST or HOST:PORT, separated by commas, got a list',
    ],
    [
      { files: { 'config.yml': 'host: !foo a' } },
      'config.yml is not YAML as expected: Unresolved tag: !foo at line 1, column 7',
    ],
    [
      { files: { 'config.yml': '%YAML 1.1\n---\n!!omap\n- port: 1' } },
      'config.yml is not YAML as expected: Unresolved tag: tag:yaml.org,2002:omap at line 3, column 1',
    ],
    [
      { files: { 'config.yml': '? [a, b]\n: 1' } },
      'config.yml: expected keys that are plain words',
    ],
    [
      { files: { 'config.yml': 'port: 1\nport: 2' } },
      'config.yml is not YAML as expected: Map keys must be unique at line 2, column 1',
    ],
    [
      { files: { 'config.yml': 'port: *a' } },
      'config.yml is not YAML as expected: Unresolved alias',
    ],
    [
      { files: { 'config.yml': '__proto__: {port: 1}' } },
      'config.yml: unknown key "__proto__". Keys: host, port',
    ],
  ])(
    'The configuration %j is refused in one line that names the source',
    async ([sources, message], { lab }) => {
      const error = await load(lab, sources).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ConfigError);
      const text = (error as Error).message;
      expect(text).toContain(message);
      expect(text).not.toMatch(/\n|:$/);
    },
  );

  it('A folder with the name config.yml is refused', async ({ lab }) => {
    const cwd = await lab.folder();
    await mkdir(join(cwd, 'config.yml'));
    await expect(loadConfig({ flags: {}, env: {}, cwd })).rejects.toThrow(
      'config.yml: expected a file, got a folder',
    );
  });

  it('A text in P2P_CLUSTER that is no address is a warning, and the others count', async ({
    lab,
  }) => {
    const env = { P2P_CLUSTER: 'a:1, b:x http://c d' };
    expect(await load(lab, { env })).toMatchObject({ cluster: ['a:1', 'd:1378'] });
    expect(variableWarnings(env)).toEqual([
      expect.stringMatching(
        /^P2P_CLUSTER: "b:x" is not an address: expected .*; it was ignored\.$/,
      ),
      expect.stringMatching(/^P2P_CLUSTER: "http:\/\/c" is not an address: /),
    ]);
    expect(await load(lab, { env: { P2P_CLUSTER: 'b:x' } })).toMatchObject({ cluster: [] });
  });

  it.for(['config.yaml', 'configs/config.yaml'])(
    '%s is read, with keys in any case and a port in quotes',
    async (file, { lab }) => {
      const yaml = 'PORT: "2000"\nTcpPort: 2001\nCLUSTER: [a:1]\n';
      expect(await load(lab, { files: { [file]: yaml } })).toMatchObject({
        port: 2000,
        tcpPort: 2001,
        cluster: ['a:1'],
      });
    },
  );

  it('A value in the file means what it means in a variable', async ({ lab }) => {
    const yaml = 'port: "2000"\ntcpPort: 2001\nperiod: 1.50\ncluster: ""\nhost: ::1\n';
    expect(await load(lab, { files: { 'config.yml': yaml } })).toMatchObject({
      port: 2000,
      tcpPort: 2001,
      period: 1.5,
      cluster: [],
      host: '::1',
    });
    for (const value of ['0x10', '1e3', '+5', '0o7']) {
      const refused = { files: { 'config.yml': `port: ${value}` } };
      await expect(load(lab, refused)).rejects.toThrow(`got "${value}"`);
      await expect(load(lab, { env: { P2P_PORT: value } })).rejects.toThrow(`got "${value}"`);
    }
  });

  it.for([
    ['::1', '::1'],
    ['[0:0::1]', '::1'],
    ['Node1', 'node1'],
    ['0.0.0.0', '0.0.0.0'],
  ])('The host %s is read as %s', async ([host, expected], { lab }) => {
    expect(await load(lab, { env: { P2P_HOST: host! } })).toMatchObject({ host: expected });
  });

  it('A warning names variables that are probably misspelt', () => {
    expect(variableWarnings({ P2P_PROT: '1', P2P_PORT: '1', PATH: '' })).toEqual([
      'The variable P2P_PROT is unknown, and was ignored. Did you mean "P2P_PORT" or "P2P_PROTOCOL"?',
    ]);
  });
});

describe.concurrent('the command line', () => {
  it.for<[string[], number, RegExp]>([
    [['surprise'], 2, /^p2p: There is no command "surprise"\. Commands: start, share, get/],
    [['--', '--', 'x'], 2, /^p2p: There is no command "x"\. Commands: start, share, get/],
    [['--port', 'x'], 2, /^p2p: --port: expected a port from 0 to 65535, got "x"\n$/],
    [['--cluster', ''], 2, /^p2p: no folder is set: use --folder/],
    [['--folder', 'no', '--cluster', ''], 2, /^p2p: --folder: there is no folder "no"\n$/],
    [
      ['--folder', '.', '--cluster', '', '--host', '::2'],
      1,
      /^p2p: Cannot bind TCP ::2:0: .* Choose another host with --host\.\n$/,
    ],
  ])(
    'The command line %j ends with code %i and one line',
    async ([args, code, message], { lab }) => {
      const node = lab.run({ args, cwd: await lab.folder() });
      node.endInput();
      expect(await node.exit).toBe(code);
      expect(node.stderr).toMatch(message);
    },
  );

  it('An error names the port that is in use and the option that changes it', async ({ lab }) => {
    const folder = await lab.folder();
    const first = lab.run({ args: ['--folder', folder, '--port', '0', '--cluster', ''] });
    const [, port = ''] = await first.says(/Listening on 127\.0\.0\.1:(\d+)/);
    const second = lab.run({ args: ['--folder', folder, '--port', port, '--cluster', ''] });
    expect(await second.exit).toBe(1);
    expect(second.stderr).toBe(
      `p2p: Cannot bind UDP 127.0.0.1:${port}: the port is in use. Choose another with --port or --host.\n`,
    );
  });

  it('A session warns of a variable that does not exist', async ({ lab }) => {
    const node = lab.run({ args: ['--folder', 'no', '--cluster', ''], env: { P2P_PROT: '1' } });
    expect(await node.exit).toBe(2);
    expect(node.stderr).toContain('The variable P2P_PROT is unknown, and was ignored. Did');
  });

  it('The program has a help and a version', async ({ lab }) => {
    const help = lab.run({ args: ['--help'] });
    expect(await help.exit).toBe(0);
    expect(help.stdout).toContain('--tcp-port');
    expect(help.stdout.split('\n').every((line) => line.length <= 80)).toBe(true);
    const version = lab.run({ args: ['--version'] });
    expect(await version.exit).toBe(0);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
