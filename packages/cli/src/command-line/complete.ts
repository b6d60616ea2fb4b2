// What can follow on a command line that is being typed: commands, options, and their values.
import type { CommandName, CommandSpec, OptionSpec } from './command-spec.ts';
import { commandNames, commands } from './commands.ts';
import { parse, type Invocation } from './parse.ts';
import { optionsFor } from './parser.ts';

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
  /** The command `send` as far as it is typed, if the name of a member can stand there. */
  readonly receiver?: Invocation<'send'>;
}

/**
 * Completes the last word of a command line.
 *
 * @param before the words before it, without `p2p`
 */
export async function complete(before: readonly string[], current: string): Promise<Completions> {
  const line = readWords(before);
  const { command, afterDashes, option } = line;
  const startingSo = (all: readonly Completion[]): Completions => ({
    completions: all.filter(({ word }) => word.startsWith(current)),
  });
  if (option?.name === 'to' && command === 'send') {
    const send = await parse([...before.slice(0, -1), '--', '-'], '').catch(() => undefined);
    return send && 'command' in send
      ? { completions: [], receiver: send as Invocation<'send'> }
      : { completions: [] };
  }
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
  if (command === 'share' || command === 'send') return { completions: [], isPath: true };
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

interface Words {
  readonly command: CommandName | 'help';
  /** Whether `--` was typed: no option follows. */
  readonly afterDashes: boolean;
  /** The option whose value comes next. */
  readonly option: (Pick<OptionSpec, 'choices'> & { readonly name: string }) | undefined;
}

function readWords(words: readonly string[]): Words {
  let command: Words['command'] = '';
  let option: Words['option'];
  for (const word of words) {
    if (option !== undefined) option = undefined;
    else if (word === '--') return { command, afterDashes: true, option };
    else if (word.startsWith('-')) option = optionWithValue(command, word);
    else if (command === '') command = isCommand(word) ? word : '';
  }
  return { command, afterDashes: false, option };
}

function isCommand(word: string): word is Exclude<Words['command'], ''> {
  return word === 'help' || commandNames.some((name) => name === word);
}

/** The option that a word names, if it takes a value, which is the next word. */
function optionWithValue(command: Words['command'], word: string): Words['option'] {
  // An option may stand before its command.
  const all = [command, ...commandNames].flatMap((name) => Object.entries(optionsFor(name)));
  const [optionName = '', found] =
    all.find(([name, { alias }]) => word === `--${name}` || word === `-${alias as string}`) ?? [];
  if (found === undefined || found.type === 'boolean') return undefined;
  const choices = found.choices as readonly string[] | undefined;
  return { name: optionName, ...(choices && { choices }) };
}

/** The options that can be added to a line. */
function optionsToType(
  command: Words['command'],
  typed: readonly string[],
  current: string,
): Completion[] {
  return Object.entries(optionsFor(command))
    .filter(([name, { array }]) => array === true || !typed.includes(`--${name}`))
    .map(([name, { type, describe: about = '' }]) =>
      type === 'boolean' && current.startsWith('--no-')
        ? { word: `--no-${name}`, about: `turns --${name} off` }
        : { word: `--${name}`, about },
    );
}
