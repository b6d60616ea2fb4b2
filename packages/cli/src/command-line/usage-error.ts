// Usage errors: one line that says what is wrong with the command line and which help to read. What
// yargs reports is put into our words, with the names of similar options.
import type { Options } from 'yargs';
import { nearest, suggestion } from '../did-you-mean.ts';

/** The command line cannot be used. The message is one line that says why and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A fault in the line of a command, which its help explains. */
export function usageError(command: string, fault: string, near = ''): UsageError {
  return new UsageError(`${fault}.${near} See p2p ${command === '' ? '' : `${command} `}--help`);
}

/** What was read of a command line. */
export interface CommandLine {
  readonly command: string;
  /** The options that were typed by name, and the other words: in `_`, and in `--` what follows that. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The options that the command has. */
  readonly options: Readonly<Record<string, Options>>;
}

/** From what yargs reports to what we say; the first thing it names is an option. */
const wordings: readonly (readonly [RegExp, (flag: string, ...rest: string[]) => string])[] = [
  [/^Not enough arguments following: (.+)$/, (flag) => `Expected a value after ${flag}`],
  [/^Argument unexpected for: (.+)$/, (flag) => `${flag} takes no value`],
  [
    /^Invalid values:\n {2}Argument: (.+), Given: (.+), Choices: (.+)$/,
    (flag, got = '', choices = '') =>
      `${flag}: expected ${choices.replaceAll('"', '').replaceAll(', ', ' or ')}, got ${got}`,
  ],
];

/** The error for what yargs reports. */
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
  const near = suggestion(nearest(word, names));
  const all = ` There are ${names.join(', ')}.`;
  return new UsageError(`There is no command "${word}".${near || all}`);
}

/** The error for an option that the command does not have. */
export function unknownOption(name: string, line: CommandLine): UsageError {
  const near = nearest(name, Object.keys(line.options)).map((each) => `--${each}`);
  return usageError(line.command, `Unknown argument: ${flagFor(name, line)}`, suggestion(near));
}

/** An option as it is typed, by its long name where it has one. */
function flagFor(name: string, { values, options }: CommandLine): string {
  // yargs renames this one, lest it becomes the prototype of an object.
  if (name === '___proto___') return '--__proto__';
  const long = Object.keys(options).find((each) => options[each]!.alias === name) ?? name;
  if (values[name] === false) return `--no-${long}`;
  return long.length === 1 ? `-${long}` : `--${long}`;
}
