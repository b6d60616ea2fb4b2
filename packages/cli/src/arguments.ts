import { parseArgs } from 'node:util';
import { ConfigError } from './config/config-error.ts';
import type { Flags } from './config/load-config.ts';
import { flagOf, settingNames, settings, type SettingName } from './config/settings.ts';

/** What the command line said: values for settings, or lines to print instead of running. */
export type Arguments = { readonly flags: Flags } | { readonly output: readonly string[] };

interface Flag {
  readonly name: SettingName;
  /** Its value, where it stands alone. */
  readonly value?: 'true' | 'false';
}

const known = new Map<string, Flag>(
  settingNames.flatMap((name): [string, Flag][] => {
    const flag = flagOf(name);
    if (!settings[name].isSwitch) return [[flag, { name }]];
    return [
      [flag, { name, value: 'true' }],
      [flag.replace('--', '--no-'), { name, value: 'false' }],
    ];
  }),
);
const options = Object.fromEntries(
  [...known].map(([flag, { value }]) => {
    const type: 'string' | 'boolean' = value === undefined ? 'string' : 'boolean';
    return [flag.slice(2), { type }];
  }),
);

/**
 * Reads the command line. Values stay as they were typed.
 *
 * @throws ConfigError for an argument that there is not
 */
export function parseArguments(argv: readonly string[], version: string): Arguments {
  const flags = new Map<string, string>();
  let output: readonly string[] | undefined;
  for (const token of parseArgs({
    // pnpm passes on the `--` that stands before a script's arguments.
    args: argv[0] === '--' ? argv.slice(1) : [...argv],
    options,
    strict: false,
    tokens: true,
  }).tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') throw usage(`Unknown argument: ${token.value}`);
    const { rawName, value } = token;
    const flag = known.get(rawName);
    const alone = flag?.value !== undefined || rawName === '--help' || rawName === '--version';
    if (!flag && !alone) throw usage(`Unknown argument: ${rawName}`);
    if (alone && value !== undefined) throw usage(`${rawName} takes no value`);
    if (!flag) {
      output ??= rawName === '--help' ? help() : [version];
      continue;
    }
    const given = flag.value ?? value;
    const forgotten = given === undefined || (!token.inlineValue && given.startsWith('--'));
    if (forgotten) throw usage(`Expected a value after ${rawName}`);
    if (flags.has(flag.name)) throw usage(`${rawName} is given twice`);
    flags.set(flag.name, given);
  }
  return output ? { output } : { flags: Object.fromEntries(flags) };
}

function usage(fault: string): ConfigError {
  return new ConfigError(`${fault}. See p2p --help`);
}

function help(): string[] {
  const rows = settingNames.map((name) => {
    const { about, fallback } = settings[name];
    const hasDefault = typeof fallback === 'string' || typeof fallback === 'number';
    return [flagOf(name), hasDefault ? `${about} [default: ${fallback}]` : about];
  });
  rows.push(['--help', 'show this'], ['--version', 'show the version']);
  return [
    'p2p [options]',
    '',
    'Share a folder with the peers around you, and get files from theirs.',
    '',
    ...rows.map(([flag = '', about = '']) => `  ${flag.padEnd(11)}  ${about}`),
    '',
    '  p2p',
    '      asks for a folder and for members',
    '  p2p --port 1379 --folder docs --cluster 127.0.0.1:1378',
    '      asks nothing',
    '',
    'Each option is also a variable (P2P_PORT) and a key of config.yml (port).',
    'The folder and the members are asked for where nothing names them.',
  ];
}
