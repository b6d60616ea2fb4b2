// The parser of the command line: what it refuses and how, what it accepts, help, and completion.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandNames, commands } from '../../src/command-line/commands.ts';
import { parse } from '../../src/command-line/parse.ts';
import { UsageError } from '../../src/command-line/usage-error.ts';
import { flagOf, settingNames } from '../../src/config/settings.ts';

describe('the command line', () => {
  it.for<[string[], string]>([
    [
      ['--prot', '1'],
      'Unknown argument: --prot. Did you mean "--port" or "--protocol"? See p2p --help',
    ],
    [['-p', '1'], 'Unknown argument: -p. See p2p --help'],
    [
      ['surprise'],
      'There is no command "surprise". Commands: start, share, get, send, receive, list, search, status, invite, join, clean, config, key, completion.',
    ],
    [['help', 'serach'], 'There is no command "serach". Did you mean "search"?'],
    [
      ['completion', 'csh'],
      'Expected bash, zsh or fish after "completion". See p2p completion --help',
    ],
    [['-v=x'], '--version takes no value. See p2p --help'],
    [['serach'], 'There is no command "serach". Did you mean "search"?'],
    [['-'], 'There is no command "-". Commands'],
    [['--constructor', '1'], 'Unknown argument: --constructor. See p2p --help'],
    [['--__proto__', '1'], 'Unknown argument: --__proto__. See p2p --help'],
    [['--hasOwnProperty=1'], 'Unknown argument: --hasOwnProperty. See p2p --help'],
    [['--tcpPort', '1'], 'Unknown argument: --tcpPort. Did you mean "--tcp-port"? See p2p --help'],
    [['--no-port'], 'Unknown argument: --no-port'],
    [['--port.a', '1'], 'Unknown argument: --port.a'],
    [['--version=x'], '--version takes no value. See p2p --help'],
    [['--help=x'], '--help takes no value. See p2p --help'],
    [['--port'], 'Expected a value after --port. See p2p --help'],
    [['--port', '--folder', 'x'], 'Expected a value after --port. See p2p --help'],
    [['--port', '1', '--port=2'], '--port was given twice. See p2p --help'],
    [['get'], 'Expected a file after "get". See p2p get --help'],
    [['get', 'a', '--port', '1'], 'Unknown argument: --port. See p2p get --help'],
    [['get', 'a', '--into', 'x', '--into', 'y'], '--into was given twice. See p2p get --help'],
    [['list', 'x'], 'Unknown argument: x. See p2p list --help'],
    [['search', 'x', 'y'], 'Unknown argument: y. See p2p search --help'],
    [
      ['start', '--log-level', 'loud'],
      '--log-level: expected debug, info, warning or error, got "loud". See p2p start --help',
    ],
    // Only options of the command are suggested.
    [
      ['get', 'a', '--prot', '1'],
      'Unknown argument: --prot. Did you mean "--protocol"? See p2p get --help',
    ],
    // An unknown command is reported before its unknown option.
    [['serach', '--peer', 'a:1'], 'There is no command "serach". Did you mean "search"?'],
    [['--json'], 'Unknown argument: --json. See p2p --help'],
    [['--lan=true'], '--lan takes no value. See p2p --help'],
    [['--no-lan=x'], 'Unknown argument: --no-lan'],
    [['--no-folder'], 'Unknown argument: --no-folder. Did you mean "--folder"? See p2p --help'],
    [['get', 'a', '--no-peer'], 'Unknown argument: --no-peer'],
    [['get', 'a', '--no-bogus'], 'Unknown argument: --no-bogus. See p2p get --help'],
    [['get', 'a', '--into', '--force'], 'Expected a value after --into. See p2p get --help'],
    [['get', 'a', '-o'], 'Expected a value after --output. See p2p get --help'],
    [['get', 'a', '-o', 'x', '--output', 'y'], '--output was given twice. See p2p get --help'],
    [['get', '-1'], 'Unknown argument: -1. See p2p get --help'],
    [['get', '---'], 'Unknown argument: ---. See p2p get --help'],
    [['--', '--', 'x'], 'There is no command "x".'],
  ])('The command line %j is refused', async ([args, message]) => {
    const error = await parse(args, '').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(message);
  });

  it('Help and the version are shown however they are asked for', async () => {
    const shown = async (...args: string[]): Promise<unknown> => parse(args, '1.2.3');
    expect(await shown('help')).toEqual(await shown('--help'));
    expect(await shown('-h')).toEqual(await shown('--help'));
    expect(await shown('help', 'get')).toEqual(await shown('get', '--help'));
    expect(await shown('get', '-h')).toEqual(await shown('get', '--help'));
    expect(await shown('get', 'a', '--force', '-h')).toEqual(await shown('get', '--help'));
    expect(await shown('-v')).toEqual({ output: '1.2.3\n' });
    expect(await shown('get', '--version')).toEqual({ output: '1.2.3\n' });
    expect(await shown('completion', '--help')).toMatchObject({
      output: expect.stringMatching(/^p2p completion \[bash\|zsh\|fish\] /) as string,
    });
  });

  it('The help of a command shows all options that it has, and no others', async () => {
    for (const name of ['', ...commandNames] as const) {
      const { output } = (await parse([name, '--help'].filter(Boolean), '')) as { output: string };
      const listed = [...output.matchAll(/^ {2,6}(?:-., )?--([a-z-]+) /gm)].map(([, flag]) => flag);
      const own = Object.keys(commands[name].options);
      const settings = commands[name].settings.map((each) => flagOf(each).slice(2));
      expect(listed.toSorted()).toEqual(
        [...own, ...settings, 'help', 'version', 'color'].toSorted(),
      );
    }
  });

  it('A command line may stand after the `--` that pnpm passes on', async () => {
    const flags = { tcpPort: '1', folder: '-a', cluster: '', lan: 'true', discovery: 'false' };
    const args = ['--tcp-port', '1', '--folder=-a', '--cluster', '', '--lan', '--no-discovery'];
    for (const line of [args, ['--', ...args]])
      expect(await parse(line, '')).toMatchObject({ command: '', flags, color: true });
  });

  it('Files may look like options after `--`, and options may stand in any place', async () => {
    const parsed = await parse(
      ['--no-color', 'get', '007', '--peer', 'a:1', '-o', '-', '--peer=b:2', '--', '-x', '--lan'],
      '',
    );
    expect(parsed).toMatchObject({
      command: 'get',
      operands: ['007', '-x', '--lan'],
      flags: {},
      options: { peer: ['a:1', 'b:2'], output: '-' },
      color: false,
    });
  });

  it.for<[string[], string[]]>([
    [['get', 'help'], ['help']],
    [
      ['get', 'get', 'list'],
      ['get', 'list'],
    ],
    [['get', '--', '-x'], ['-x']],
    [
      ['get', '--', '--', 'help'],
      ['--', 'help'],
    ],
    [['--json', 'get', 'true'], ['true']],
    [
      ['get', '--force', 'true', 'false'],
      ['true', 'false'],
    ],
    [['--output', '-', 'get', 'a'], ['a']],
    [
      ['--peer', 'get', 'get', 'a b', '', 'ä=1'],
      ['a b', '', 'ä=1'],
    ],
  ])('The command line %j names the files %j', async ([args, operands]) => {
    expect(await parse(args, '')).toMatchObject({ command: 'get', operands });
  });

  it('Each option is read as what it is, and its value stays as it was typed', async () => {
    const get = ['get', 'a', '--limit-rate', '007', '--root=1e3', '--peer', 'a:1,b:2', '--force'];
    expect(await parse(get, '')).toEqual({
      command: 'get',
      flags: {},
      options: {
        into: undefined,
        peer: ['a:1,b:2'],
        output: undefined,
        root: '1e3',
        'limit-rate': '007',
        force: true,
        'skip-existing': false,
        json: false,
      },
      operands: ['a'],
      color: true,
    });
    expect(await parse(['--port', '-1', '--cluster=a:1,b:2', '--name', '"x"'], '')).toMatchObject({
      flags: { port: '-1', cluster: 'a:1,b:2', name: '"x"' },
    });
  });

  it('The last of several switches decides', async () => {
    const flags = async (...args: string[]): Promise<unknown> => await parse(args, '');
    expect(await flags('--lan', '--no-lan')).toMatchObject({ flags: { lan: 'false' } });
    expect(await flags('--no-lan', '--lan')).toMatchObject({ flags: { lan: 'true' } });
  });

  it('Any command line is read, or refused by a UsageError', async () => {
    const flags = Object.values(commands).flatMap(({ options }) =>
      Object.keys(options).map((name) => `--${name}`),
    );
    const odd = [
      '--',
      '-',
      '---',
      '--=',
      '--_',
      '--_=x',
      '--$0',
      '-o',
      '-vh',
      '--no-',
      '--a.b',
      '-1',
    ];
    const word = fc.oneof(
      fc.constantFrom(...commandNames, 'help', ...odd),
      fc.constantFrom(...flags, ...settingNames.map(flagOf)),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.string({ maxLength: 6 }).map((text) => `--${text}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (args) => {
        const result = await parse(args, '').catch((error: unknown) => error);
        if (result instanceof Error) expect(result).toBeInstanceOf(UsageError);
        else expect('output' in (result as object) || 'operands' in (result as object)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
