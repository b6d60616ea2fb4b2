// Reads the command line: which command to run with which settings, options and operands, or the text
// to print instead.
import type { Flags } from '../config/load-config.ts';
import { flagOf } from '../config/settings.ts';
import type { CommandName, CommandOptions, CommandSpec, OptionSpec } from './command-spec.ts';
import { commands } from './commands.ts';
import { alternatives } from '../alternatives.ts';
import { parseLine, type ParsedLine } from './parser.ts';
import { usageError } from './usage-error.ts';

/** A command line that runs a command. */
export interface Invocation<Name extends CommandName = CommandName> {
  readonly command: Name;
  /** The settings that were typed, as text. */
  readonly flags: Flags;
  readonly options: CommandOptions[Name];
  readonly operands: readonly string[];
  /** Whether colours are wanted. */
  readonly color: boolean;
}

/** A command to run, or a text to print instead. */
export type Parsed = Invocation | { readonly output: string };

/**
 * Reads the command line.
 *
 * @throws UsageError if a command, an option or an operand is wrong
 */
export async function parse(argv: readonly string[], version: string): Promise<Parsed> {
  // pnpm passes on the `--` that stands before a script's arguments.
  const line = parseLine(argv[0] === '--' ? argv.slice(1) : argv);
  const { command, operands, values } = line;
  const isOn = (name: string): boolean => values.get(name)?.at(-1) === true;
  if (command === 'help') return parse([...operands, '--help'], version);
  if (isOn('help')) return { output: `${(await import('./help.ts')).helpOf(command)}\n` };
  if (isOn('version')) return { output: `${version}\n` };
  checkOperands(command, operands);
  const spec: CommandSpec = commands[command];
  const flags = spec.settings.flatMap((name): [string, string][] => {
    const value = lastOf(flagOf(name).slice(2), line);
    return value === undefined ? [] : [[name, value.toString()]];
  });
  const options = Object.entries<OptionSpec>(spec.options).map(([name, { kind }]) => {
    if (kind === 'switch') return [name, isOn(name)];
    return [name, kind === 'values' ? values.get(name) : lastOf(name, line)];
  });
  return {
    command,
    flags: Object.fromEntries(flags),
    options: Object.fromEntries(options) as CommandOptions[CommandName],
    operands,
    color: values.get('color')?.at(-1) !== false,
  };
}

/** What was typed last for an option. Only a switch may be typed twice. */
function lastOf(name: string, { command, values }: ParsedLine): boolean | string | undefined {
  const typed = values.get(name) ?? [];
  if (typed.length > 1 && typeof typed[0] === 'string')
    throw usageError(command, `--${name} was given twice`);
  return typed.at(-1);
}

function checkOperands(command: CommandName, words: readonly string[]): void {
  const { operands }: CommandSpec = commands[command];
  const { name, least, most, choices } = operands ?? { name: '', least: 0, most: 0 };
  const isKnown = words.slice(0, 1).every((word) => choices?.includes(word) ?? true);
  if (words.length < least && !choices)
    throw usageError(command, `Expected a ${name} after "${command}"`);
  if (words.length > most) throw usageError(command, `Unknown argument: ${words[most]!}`);
  if (!isKnown || words.length < least)
    throw usageError(command, `Expected ${alternatives(choices!)} after "${command}"`);
}
