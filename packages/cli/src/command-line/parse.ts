// Reads the command line: which command to run with which settings, options and operands, or the text
// to print instead. It checks what yargs does not.
import type { Flags } from '../config/load-config.ts';
import { flagOf } from '../config/settings.ts';
import type { CommandName, CommandOptions, CommandSpec, OptionSpec } from './command-spec.ts';
import { commands } from './commands.ts';
import { alternatives } from '../alternatives.ts';
import { parseLine, type ParsedLine } from './parser.ts';
import { unknownOption, usageError } from './usage-error.ts';

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
  const { command, values } = line;
  if (command === 'help') return parse([...operandsOf(line), '--help'], version);
  if (values.help === true) return { output: `${await line.help()}\n` };
  if (values.version === true) return { output: `${version}\n` };
  const operands = operandsOf(line);
  checkOperands(command, operands);
  const spec: CommandSpec = commands[command];
  const flags = spec.settings.flatMap((name): [string, string][] => {
    const value = valueOf(flagOf(name).slice(2), line);
    return value === undefined ? [] : [[name, value.toString()]];
  });
  const options = Object.entries<OptionSpec>(spec.options).map(([name, { kind }]) => {
    const value = valueOf(name, line);
    return [name, kind === 'switch' ? value === true : value];
  });
  return {
    command,
    flags: Object.fromEntries(flags),
    options: Object.fromEntries(options) as CommandOptions[CommandName],
    operands,
    color: values.color !== false,
  };
}

type OptionValue = boolean | string | readonly string[] | undefined;

/** The value of an option. yargs lets an option with a value be repeated, and negated by `--no-`. */
function valueOf(name: string, line: ParsedLine): OptionValue {
  const value = line.values[name] as OptionValue | readonly false[];
  const { type, array } = line.options[name]!;
  if (type === 'boolean') return value as boolean | undefined;
  if ([value].flat().some((each) => each === false)) throw unknownOption(`no-${name}`, line);
  if (!array && Array.isArray(value)) throw usageError(line.command, `--${name} was given twice`);
  return value as OptionValue;
}

/** The words after the command. For yargs, `-1` and `---` are words as well. */
function operandsOf({ command, values }: ParsedLine): string[] {
  const words = values._.slice(1).map(String);
  const dashed = words.find((word) => /^-./.test(word));
  if (dashed !== undefined) throw usageError(command, `Unknown argument: ${dashed}`);
  return [...words, ...((values['--'] ?? []) as string[])];
}

// yargs does not count the words that follow `--`.
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
