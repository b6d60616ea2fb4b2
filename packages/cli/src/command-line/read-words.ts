// Takes the words of a command line apart: options with their values, and the words between them.
import type { OptionSpec } from './command-spec.ts';

/** An option as it was typed. */
export interface TypedOption {
  /** Its long name, or as it was typed if no option has it. */
  readonly name: string;
  /** As messages name it: `--output` also where `-o` was typed, and `--no-lan`. */
  readonly flag: string;
  /** Whether it turns a switch on or off, or its text; `undefined` where that is missing. */
  readonly value: boolean | string | undefined;
  /** Whether it is a switch, and was given a value with `=`. */
  readonly hasValueTooMany: boolean;
}

/** The words of a command line. */
export interface Words {
  /** The words before `--` that are neither options nor values of options. */
  readonly words: readonly string[];
  /** The words after `--`; `undefined` without one. */
  readonly rest: readonly string[] | undefined;
  readonly typed: readonly TypedOption[];
}

/**
 * Takes a command line apart. A value follows its option as the next word, or after `=`; options of one
 * letter may stand together behind one dash. What is no option takes a value if one follows.
 *
 * @param options by their long names
 */
export function readWords(
  args: readonly string[],
  options: ReadonlyMap<string, OptionSpec>,
): Words {
  const longOf = new Map([...options].map(([name, { short }]) => [short, name]));
  const words: string[] = [];
  const typed: TypedOption[] = [];
  const left = [...args];
  /** Adds an option with the text after it in the same word, or with the next word. */
  const add = (name: string, flag: string, given?: string): void => {
    const isSwitch = options.get(name)?.kind === 'switch';
    const takesNext = !isSwitch && given === undefined && canBeValue(left[0]);
    const value = isSwitch || (takesNext ? left.shift() : given);
    typed.push({ name, flag, value, hasValueTooMany: isSwitch && given !== undefined });
  };
  const addLetters = (letters: string): void => {
    const letter = String.fromCodePoint(letters.codePointAt(0)!);
    const after = letters.slice(letter.length);
    const name = longOf.get(letter) ?? letter;
    const flag = name === letter ? `-${letter}` : `--${name}`;
    if (after === '') add(name, flag);
    else if (options.get(name)?.kind === 'switch' && !after.startsWith('=')) {
      add(name, flag);
      addLetters(after);
    } else add(name, flag, after.replace(/^=/, ''));
  };
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--') return { words, rest: left, typed };
    const [, long, given] = /^--([^-=][^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    const [, off] = given === undefined ? (/^no-(.+)$/s.exec(long ?? '') ?? []) : [];
    if (off !== undefined)
      typed.push({ name: off, flag: `--no-${off}`, value: false, hasValueTooMany: false });
    else if (long !== undefined) add(long, `--${long}`, given);
    else if (/^-[^-\d]/.test(word)) addLetters(word.slice(1));
    else words.push(word);
  }
  return { words, rest: undefined, typed };
}

/** Whether a word is no option: a dash alone and a negative number are none. */
function canBeValue(word: string | undefined): boolean {
  return word !== undefined && !/^-[^\d]/.test(word);
}
