// Usage errors: one line that says what is wrong with the command line and which help to read, with the names
// of similar commands and options.
import { didYouMean, nearestNames } from '../did-you-mean.ts';

/** The command line cannot be used. The message is one line with the reason and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The error for a fault in the line of a command. It refers to the command's help. */
export function usageError(command: string, fault: string, near = ''): UsageError {
  return new UsageError(`${fault}.${near} See p2p ${command === '' ? '' : `${command} `}--help`);
}

/** The error for a command that does not exist. */
export function unknownCommand(word: string, names: readonly string[]): UsageError {
  const near = didYouMean(nearestNames(word, names));
  const all = ` Commands: ${names.join(', ')}.`;
  return new UsageError(`There is no command "${word}".${near || all}`);
}

/** The error for an option that is none of the names of a command's options. */
export function unknownOption(
  name: string,
  flag: string,
  command: string,
  names: readonly string[],
): UsageError {
  const near = nearestNames(name, names).map((each) => `--${each}`);
  return usageError(command, `Unknown argument: ${flag}`, didYouMean(near));
}
