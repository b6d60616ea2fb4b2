import type { Flags } from '../config/load-config.ts';
import { flagOf, settings, type SettingName } from '../config/settings.ts';
import { nearest, suggestion } from '../nearest.ts';
import { UsageError } from '../usage-error.ts';
import { commandNames, commands, type CommandName, type CommandSpec } from './commands.ts';
import { parserFor } from './parser.ts';

/** What the command line said. Values stay as they were typed. */
export interface Invocation {
  readonly command: CommandName;
  readonly flags: Flags;
  /** By name: whether a switch is on, the value, or the values of what may be given more than once. */
  readonly options: Readonly<Record<string, boolean | string | readonly string[] | undefined>>;
  readonly operands: readonly string[];
  /** Whether colours are wanted. */
  readonly color: boolean;
}

/** What to run, or what to print instead. */
export type Parsed = Invocation | { readonly output: string };

/** What the completion scripts of yargs ask with. */
const completionFlag = '--get-yargs-completions';

/**
 * Reads the command line.
 *
 * @throws UsageError for an argument that there is not
 */
export async function parse(argv: readonly string[], version: string): Promise<Parsed> {
  // pnpm passes on the `--` that stands before a script's arguments.
  const args = argv[0] === '--' ? argv.slice(1) : [...argv];
  if (args[0] === completionFlag) {
    // yargs prints what fits by itself.
    await parserFor(undefined, args).parseAsync();
    return { output: '' };
  }
  if (args[0] === 'completion') return { output: await completionOf(args.slice(1)) };
  if (args[0] === 'help') {
    const command = commandOf(args.slice(1));
    return { output: await outputOf(command, [command, '--help'].filter(Boolean)) };
  }
  const { command, words, given } = scan(args);
  const isGiven = (flag: string): boolean => given.some((each) => each.flag === flag);
  if (isGiven('--help'))
    return { output: await outputOf(command, [command, '--help'].filter(Boolean)) };
  if (isGiven('--version')) return { output: `${version}\n` };
  const spec: CommandSpec = commands[command];
  const operands = words.slice(command === '' ? 0 : 1);
  checkOperands(command, spec, operands);
  // What is no option may look like one to yargs, and is known already.
  const stated = given.map(({ flag, value }) => (value === undefined ? flag : `${flag}=${value}`));
  const bare = [command, ...operands.slice(0, 1).map(() => 'x')].filter((word) => word !== '');
  const values = (await parserFor(command, [...bare, ...stated]).parseAsync()) as Record<
    string,
    unknown
  >;
  const flags = spec.settings.flatMap((name) => settingOf(name, values));
  const options = Object.entries(spec.options).map(([name, { kind }]) => {
    if (kind !== 'values' && Array.isArray(values[name]))
      throw usage(command, `--${name} is given twice`);
    return [name, values[name]] as const;
  });
  return {
    command,
    flags: Object.fromEntries(flags),
    options: Object.fromEntries(options) as Invocation['options'],
    operands,
    color: values.color !== false,
  };
}

/** What is known of a flag. */
interface FlagSpec {
  readonly kind: 'switch' | 'value';
  readonly choices?: readonly string[] | undefined;
}

type Flagset = ReadonlyMap<string, FlagSpec>;

/** A flag that was typed. */
interface Given {
  readonly flag: string;
  readonly value?: string;
  /** The value was a word of its own. */
  readonly apart?: true;
}

interface Scan {
  readonly command: CommandName;
  /** The words that are no options, the command first. */
  readonly words: readonly string[];
  readonly given: readonly Given[];
}

/**
 * Finds the command and checks each option's name before yargs sees it: yargs takes some for its own,
 * or for properties of objects.
 */
function scan(args: readonly string[]): Scan {
  const words: string[] = [];
  const given: Given[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at]!;
    if (arg === '--') {
      words.push(...args.slice(at + 1));
      break;
    }
    if (!arg.startsWith('-') || arg === '-') {
      words.push(arg);
      continue;
    }
    const [typed = ''] = arg.split('=', 1);
    const flag = shortFlags.get(typed) ?? typed;
    if (typed !== arg) given.push({ flag, value: arg.slice(typed.length + 1) });
    else if (allFlags.get(flag)?.kind !== 'value') given.push({ flag });
    else {
      const value = args[(at += 1)];
      if (value === undefined || (value.startsWith('-') && value !== '-'))
        throw usage('', `Expected a value after ${flag}`);
      given.push({ flag, value, apart: true });
    }
  }
  for (const { flag } of given) checkName('', flag, allFlags);
  const command = commandOf(words);
  const known = flagsOf(commands[command]);
  for (const each of given) {
    checkName(command, each.flag, known);
    checkValue(command, each, known.get(each.flag)!);
  }
  return { command, words, given };
}

function checkName(command: CommandName, flag: string, known: Flagset): void {
  if (known.has(flag)) return;
  const bare = (name: string): string => name.replace(/^--?/, '');
  const long = [...known.keys()].filter((name) => name.startsWith('--')).map(bare);
  const near = nearest(bare(flag), long).map((name) => `--${name}`);
  throw usage(command, `Unknown argument: ${flag}`, suggestion(near));
}

function checkValue(command: CommandName, { flag, value, apart }: Given, known: FlagSpec): void {
  if (value === undefined) return;
  if (known.kind === 'switch' && !apart) throw usage(command, `${flag} takes no value`);
  if (known.choices?.includes(value) === false)
    throw usage(command, `${flag}: expected ${known.choices.join(' or ')}, got "${value}"`);
}

function commandOf([word]: readonly string[]): CommandName {
  if (word === undefined) return '';
  const command = commandNames.find((name) => name === word);
  if (command) return command;
  const near = suggestion(nearest(word, commandNames));
  const all = ` There are ${[...commandNames, 'completion'].join(', ')}.`;
  throw new UsageError(`There is no command "${word}".${near || all}`);
}

function checkOperands(command: CommandName, spec: CommandSpec, given: readonly string[]): void {
  const { name = '', least = 0, most = 0 } = spec.operands ?? {};
  if (given.length < least) throw usage(command, `Expected a ${name} after "${command}"`);
  if (given.length > most) throw usage(command, `Unknown argument: ${given[most]!}`);
}

/** Every flag of a command, and whether a value follows it. */
function flagsOf(spec: CommandSpec): Flagset {
  const flags = new Map<string, FlagSpec>();
  for (const flag of ['--help', '--version', '--color', '--no-color'])
    flags.set(flag, { kind: 'switch' });
  for (const name of spec.settings) {
    const flag = flagOf(name);
    if (settings[name].isSwitch) {
      flags.set(flag, { kind: 'switch' }).set(flag.replace('--', '--no-'), { kind: 'switch' });
    } else flags.set(flag, { kind: 'value' });
  }
  for (const [name, { kind, short, choices }] of Object.entries(spec.options)) {
    const flag: FlagSpec = { kind: kind === 'switch' ? 'switch' : 'value', choices };
    flags.set(`--${name}`, flag);
    if (short !== undefined) flags.set(`-${short}`, flag);
  }
  return flags;
}

/** What is short for flags that each command has. */
const shortFlags: ReadonlyMap<string, string> = new Map([
  ['-h', '--help'],
  ['-v', '--version'],
]);

/** The flags of all commands. */
const allFlags: Flagset = new Map(Object.values(commands).flatMap((spec) => [...flagsOf(spec)]));

function settingOf(
  name: SettingName,
  values: Readonly<Record<string, unknown>>,
): [string, string][] {
  const value = values[flagOf(name).slice(2)] as string | boolean | readonly string[] | undefined;
  if (value === undefined) return [];
  if (typeof value === 'object') throw usage('', `${flagOf(name)} is given twice`);
  return [[name, `${value}`]];
}

const completionHelp = `p2p completion [bash|zsh]

Print a completion script: for your shell, or for the one that is named.

Examples:
  p2p completion >> ~/.bashrc      where your shell is bash
  p2p completion zsh >> ~/.zshrc   for zsh
`;

async function completionOf([shell, ...rest]: readonly string[]): Promise<string> {
  if (shell === '--help' || shell === '-h') return completionHelp;
  if (rest.length > 0 || !['bash', 'zsh', undefined].includes(shell))
    throw new UsageError('Expected bash or zsh after "completion". See p2p completion --help');
  if (shell !== undefined) {
    // yargs looks nowhere else for which script is wanted.
    process.env.SHELL = shell;
    delete process.env.ZSH_NAME;
  }
  return outputOf(undefined, ['completion']);
}

async function outputOf(
  command: CommandName | undefined,
  args: readonly string[],
): Promise<string> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | undefined, _values: unknown, output: string): void => {
      if (error) reject(error);
      else resolve(`${output}\n`);
    };
    void parserFor(command).parse([...args], done);
  });
}

function usage(command: CommandName, fault: string, near = ''): UsageError {
  return new UsageError(`${fault}.${near} See p2p ${command === '' ? '' : `${command} `}--help`);
}
