import { describe, expect, it } from 'vitest';
import { parse } from '../src/command-line/parse.ts';
import { UsageError } from '../src/usage-error.ts';

describe('the command line', () => {
  it.for<[string[], string]>([
    [
      ['--prot', '1'],
      'Unknown argument: --prot. Did you mean "--port" or "--protocol"? See p2p --help',
    ],
    [['-p', '1'], 'Unknown argument: -p. See p2p --help'],
    [
      ['surprise'],
      'There is no command "surprise". There are start, share, get, list, search, status, config, completion.',
    ],
    [['help', 'serach'], 'There is no command "serach". Did you mean "search"?'],
    [['completion', 'fish'], 'Expected bash or zsh after "completion". See p2p completion --help'],
    [['-v=x'], '--version takes no value. See p2p --help'],
    [['serach'], 'There is no command "serach". Did you mean "search"?'],
    [['-'], 'There is no command "-". There are'],
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
    [['--port', '1', '--port=2'], '--port is given twice. See p2p --help'],
    [['get'], 'Expected a file after "get". See p2p get --help'],
    [['get', 'a', '--port', '1'], 'Unknown argument: --port. See p2p get --help'],
    [['get', 'a', '--into', 'x', '--into', 'y'], '--into is given twice. See p2p get --help'],
    [['list', 'x'], 'Unknown argument: x. See p2p list --help'],
    [['search', 'x', 'y'], 'Unknown argument: y. See p2p search --help'],
    [
      ['start', '--log-level', 'loud'],
      '--log-level: expected debug or info or warning or error, got "loud". See p2p start --help',
    ],
  ])('%j is refused', async ([args, message]) => {
    const error = await parse(args, '').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(message);
  });

  it('shows help and the version however that is asked for', async () => {
    const shown = async (...args: string[]): Promise<unknown> => parse(args, '1.2.3');
    expect(await shown('help')).toEqual(await shown('--help'));
    expect(await shown('-h')).toEqual(await shown('--help'));
    expect(await shown('help', 'get')).toEqual(await shown('get', '--help'));
    expect(await shown('get', '-h')).toEqual(await shown('get', '--help'));
    expect(await shown('-v')).toEqual({ output: '1.2.3\n' });
    expect(await shown('completion', '--help')).toMatchObject({
      output: expect.stringMatching(/^p2p completion \[bash\|zsh\]\n/) as string,
    });
  });

  it('may stand after the `--` that pnpm passes on', async () => {
    const flags = { tcpPort: '1', folder: '-a', cluster: '', lan: 'true', discovery: 'false' };
    const args = ['--tcp-port', '1', '--folder=-a', '--cluster', '', '--lan', '--no-discovery'];
    for (const line of [args, ['--', ...args]])
      expect(await parse(line, '')).toMatchObject({ command: '', flags, color: true });
  });

  it('names files that look like options, and options in any place', async () => {
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
});
