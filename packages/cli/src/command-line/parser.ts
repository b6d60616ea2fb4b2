// Reads options, and refuses those that a command does not have, after the tables of commands and settings.
import { alternatives } from '../alternatives.ts';
import type { OptionSpec } from './command-spec.ts';
import { commandNames } from './commands.ts';
import { everyOption, isCommand, optionsFor, type FirstWord } from './options.ts';
import { readWords, type TypedOption } from './read-words.ts';
import { unknownCommand, unknownOption, usageError } from './usage-error.ts';

/** A command line that was parsed. */
export interface ParsedLine {
  readonly command: FirstWord;
  /** The words after the command. */
  readonly operands: readonly string[];
  /** What was typed for each option, in order: whether a switch is on, or the text of a value. */
  readonly values: ReadonlyMap<string, readonly (boolean | string)[]>;
}

/**
 * Parses a command line.
 *
 * @throws UsageError for a command that does not exist, an option that the command does not have, or a
 *   value that is missing, is too many, or is none of the option
 */
export function parseLine(args: readonly string[]): ParsedLine {
  const { words, rest = [], typed } = readWords(args, everyOption());
  const [first = ''] = words;
  const command = isCommand(first) ? first : '';
  const [other] = [...words, ...rest];
  if (command === '' && other !== undefined) throw unknownCommand(other, commandNames);
  const operands = words.slice(1);
  const dashed = operands.find((word) => /^-./.test(word));
  const options = optionsFor(command);
  const values = new Map<string, (boolean | string)[]>();
  for (const option of typed) {
    const { name } = option;
    values.set(name, [...(values.get(name) ?? []), checked(option, options, command)]);
  }
  if (dashed !== undefined) throw usageError(command, `Unknown argument: ${dashed}`);
  return { command, operands: [...operands, ...rest], values };
}

function checked(
  { name, flag, value, hasValueTooMany }: TypedOption,
  options: ReadonlyMap<string, OptionSpec>,
  command: FirstWord,
): boolean | string {
  const spec = options.get(name);
  // Only a switch can be turned off.
  if (!spec || (value === false && spec.kind !== 'switch'))
    throw unknownOption(name, flag, command, [...options.keys()]);
  if (hasValueTooMany) throw usageError(command, `${flag} takes no value`);
  if (value === undefined) throw usageError(command, `Expected a value after ${flag}`);
  if (typeof value === 'string' && spec.choices && !spec.choices.includes(value))
    throw usageError(
      command,
      `${flag}: expected ${alternatives(spec.choices)}, got ${JSON.stringify(value)}`,
    );
  return value;
}
