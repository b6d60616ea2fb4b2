import yargs, { type Argv } from 'yargs';
import { ConfigError } from './config/config-error.ts';
import type { Flags } from './config/load-config.ts';
import { flagOf, settingNames, settings, type SettingName } from './config/settings.ts';

/** What the command line said: values for settings, or lines to print instead of running. */
export type Arguments = { readonly flags: Flags } | { readonly output: readonly string[] };

const switches = ['--help', '--version', ...settingNames.filter(isSwitch).flatMap(bothWays)];
const known = new Set([...switches, ...settingNames.map(flagOf)]);

/**
 * Reads the command line. Values stay as they were typed.
 *
 * @throws ConfigError for an argument that there is not
 */
export async function parseArguments(argv: readonly string[], version: string): Promise<Arguments> {
  // pnpm passes on the `--` that stands before a script's arguments.
  const args = argv[0] === '--' ? argv.slice(1) : [...argv];
  checkNames(args);
  const parser = describe(yargs());
  const values = await parser.parseAsync(args);
  const [stray] = [...values._, ...((values['--'] ?? []) as string[])];
  if (stray !== undefined) throw usage(`Unknown argument: ${stray}`);
  if (values.help) return { output: (await parser.getHelp()).split('\n') };
  if (values.version) return { output: [version] };
  return { flags: Object.fromEntries(settingNames.flatMap((name) => given(name, values))) };
}

/** Names are checked before yargs sees them: it takes some for its own, or for properties of objects. */
function checkNames(args: readonly string[]): void {
  for (const arg of args) {
    if (arg === '--') return;
    if (!arg.startsWith('-') || arg === '-') continue;
    const [name = ''] = arg.split('=', 1);
    if (!known.has(name)) throw usage(`Unknown argument: ${name}`);
    if (switches.includes(name) && arg !== name) throw usage(`${name} takes no value`);
  }
}

function given(name: SettingName, values: Readonly<Record<string, unknown>>): [string, unknown][] {
  const value = values[flagOf(name).slice(2)];
  if (value === undefined) return [];
  if (Array.isArray(value)) throw usage(`${flagOf(name)} is given twice`);
  return [[name, typeof value === 'boolean' ? `${value}` : value]];
}

function describe(parser: Argv): Argv<{ help: boolean | undefined; version: boolean | undefined }> {
  for (const name of settingNames) {
    const { about, fallback } = settings[name];
    const hasDefault = typeof fallback === 'string' || typeof fallback === 'number';
    parser.option(flagOf(name).slice(2), {
      ...(isSwitch(name) ? { type: 'boolean' } : { type: 'string', requiresArg: true }),
      describe: hasDefault ? `${about} [default: ${fallback}]` : about,
    });
  }
  return parser
    .parserConfiguration({
      'populate--': true,
      'dot-notation': false,
      'camel-case-expansion': false,
    })
    .scriptName('p2p')
    .usage('$0 [options]\n\nShare a folder with the peers around you, and get files from theirs.')
    .version(false)
    .help(false)
    .option('help', { type: 'boolean', describe: 'show this' })
    .option('version', { type: 'boolean', describe: 'show the version' })
    .example('$0', 'asks for a folder and for members')
    .example('$0 --port 1379 --folder docs', 'asks for members')
    .epilogue(
      'Each option is also a variable (P2P_PORT) and a key of config.yml (port).\n' +
        'The folder and the members are asked for where nothing names them.',
    )
    .wrap(80)
    .exitProcess(false)
    .fail((message: string) => {
      const [, name] = /^Not enough arguments following: (.*)$/.exec(message) ?? [];
      throw usage(name === undefined ? message : `Expected a value after --${name}`);
    });
}

function isSwitch(name: SettingName): boolean {
  return settings[name].isSwitch === true;
}

function bothWays(name: SettingName): string[] {
  return [flagOf(name), flagOf(name).replace('--', '--no-')];
}

function usage(fault: string): ConfigError {
  return new ConfigError(`${fault}. See p2p --help`);
}
