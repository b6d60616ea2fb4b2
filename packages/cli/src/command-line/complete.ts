// What can follow on a command line that is being typed: commands, options, and their values.
import type { CommandSpec, OptionSpec } from './command-spec.ts';
import { commandNames, commands } from './commands.ts';
import { parse, type Invocation } from './parse.ts';
import { everyOption, isCommand, optionsFor, type FirstWord } from './options.ts';
import { readWords } from './read-words.ts';

/** A word that can stand at the cursor. */
export interface Completion {
  readonly word: string;
  /** What it is for. */
  readonly about?: string;
}

/** What can stand at the cursor. */
export interface Completions {
  readonly completions: readonly Completion[];
  /** Whether paths of this machine can stand there too. */
  readonly isPath?: boolean;
  /** The command `get` as far as it is typed, if the name of a file of the cluster can stand there. */
  readonly get?: Invocation<'get'>;
}

/**
 * Completes the last word of a command line.
 *
 * @param before the words before it, without `p2p`
 */
export async function complete(before: readonly string[], current: string): Promise<Completions> {
  const { command, afterDashes, option } = typedSoFar(before);
  const startingSo = (all: readonly Completion[]): Completions => ({
    completions: all.filter(({ word }) => word.startsWith(current)),
  });
  if (option !== undefined)
    return option.choices
      ? startingSo(option.choices.map((word) => ({ word })))
      : { completions: [], isPath: true };
  if (current.startsWith('-') && !afterDashes)
    return startingSo(optionsToType(command, before, current));
  if (command === 'help' || (command === '' && !afterDashes)) {
    if (before.length > 1 && command === 'help') return { completions: [] };
    return startingSo(commandNames.map((word) => ({ word, about: commands[word].about })));
  }
  const { operands }: CommandSpec = commands[command];
  if (command === 'share') return { completions: [], isPath: true };
  if (operands?.choices) {
    const isOver = operands.choices.some((word) => before.includes(word));
    return startingSo(isOver ? [] : operands.choices.map((word) => ({ word })));
  }
  const completions = current === '' && !afterDashes ? optionsToType(command, before, current) : [];
  if (command !== 'get') return { completions };
  const rest = afterDashes ? [current] : ['--', current];
  const get = await parse([...before, ...rest], '').catch(() => undefined);
  return get && 'command' in get ? { completions, get: get as Invocation<'get'> } : { completions };
}

interface TypedSoFar {
  readonly command: FirstWord;
  /** Whether `--` was typed: no option follows. */
  readonly afterDashes: boolean;
  /** The option whose value comes next. */
  readonly option: Pick<OptionSpec, 'choices'> | undefined;
}

function typedSoFar(before: readonly string[]): TypedSoFar {
  const all = everyOption();
  const { words, rest, typed } = readWords(before, all);
  const command = words.find(isCommand) ?? '';
  const last = rest ? undefined : typed.at(-1);
  const option = last && (optionsFor(command).get(last.name) ?? all.get(last.name));
  const isNext = last?.value === undefined && before.at(-1)?.startsWith('-');
  return { command, afterDashes: rest !== undefined, option: isNext ? option : undefined };
}

/** The options that can be added to a line. */
function optionsToType(
  command: FirstWord,
  typed: readonly string[],
  current: string,
): Completion[] {
  return [...optionsFor(command)]
    .filter(([name, { kind }]) => kind === 'values' || !typed.includes(`--${name}`))
    .map(([name, { kind, about }]) =>
      kind === 'switch' && current.startsWith('--no-')
        ? { word: `--no-${name}`, about: `turns --${name} off` }
        : { word: `--${name}`, about },
    );
}
