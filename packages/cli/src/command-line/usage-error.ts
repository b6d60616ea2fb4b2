// Usage errors: one line that says what is wrong with the command line and which help to read. Messages
// of yargs are reworded, with the names of similar options.
import type { Options } from 'yargs';
import { alternatives } from '../alternatives.ts';
import { didYouMean, nearestNames } from '../did-you-mean.ts';

/** The command line cannot be used. The message is one line with the reason and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The error for a fault in the line of a command. It refers to the command's help. */
export function usageError(command: string, fault: string, near = ''): UsageError {
  return new UsageError(`${fault}.${near} See p2p ${command === '' ? '' : `${command} `}--help`);
}

/** A command line as it was read. */
export interface CommandLine {
  readonly command: string;
  /** The values of options by name; other words in `_`, and those after `--` in `--`. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The options that the command has. */
  readonly options: Readonly<Record<string, Options>>;
}

/** Messages of yargs, which first name an option, and our wording of each. */
const wordings: readonly (readonly [RegExp, (flag: string, ...rest: string[]) => string])[] = [
  [/^Not enough arguments following: (.+)$/, (flag) => `Expected a value after ${flag}`],
  [/^Argument unexpected for: (.+)$/, (flag) => `${flag} takes no value`],
  [
    /^Invalid values:\n {2}Argument: (.+), Given: (.+), Choices: (.+)$/,
    (flag, got = '', choices = '') =>
      `${flag}: expected ${alternatives(choices.replaceAll('"', '').split(', '))}, got ${got}`,
  ],
];

/** The error for a message of yargs. */
export function explainFault(message: string, line: CommandLine): UsageError {
  const [, unknown] = /^Unknown arguments?: ([^,]+)/.exec(message) ?? [];
  if (unknown !== undefined) return unknownOption(unknown, line);
  for (const [pattern, say] of wordings) {
    const [, name, ...rest] = pattern.exec(message) ?? [];
    if (name !== undefined) return usageError(line.command, say(flagFor(name, line), ...rest));
  }
  return usageError(line.command, message);
}

/** The error for a command that does not exist. */
export function unknownCommand(word: string, names: readonly string[]): UsageError {
  const near = didYouMean(nearestNames(word, names));
  const all = ` Commands: ${names.join(', ')}.`;
  return new UsageError(`There is no command "${word}".${near || all}`);
}

/** The error for an option that the command does not have. */
export function unknownOption(name: string, line: CommandLine): UsageError {
  const near = nearestNames(name, Object.keys(line.options)).map((each) => `--${each}`);
  return usageError(line.command, `Unknown argument: ${flagFor(name, line)}`, didYouMean(near));
}

/** An option as it is typed, by its long name where it has one. */
function flagFor(name: string, { values, options }: CommandLine): string {
  // yargs renames `__proto__`, which would become the prototype of an object.
  if (name === '___proto___') return '--__proto__';
  const long = Object.keys(options).find((each) => options[each]!.alias === name) ?? name;
  if (values[name] === false) return `--no-${long}`;
  return long.length === 1 ? `-${long}` : `--${long}`;
}
