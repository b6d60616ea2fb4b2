// The options of each command: its own, its settings, and those that all commands have.
import { flagOf, settings } from '../config/settings.ts';
import type { CommandName, OptionSpec } from './command-spec.ts';
import { commandNames, commands } from './commands.ts';

/** The first word of a command line; it is empty for a session. */
export type FirstWord = CommandName | 'help';

/** Whether a word is that of a command, or `help`. */
export function isCommand(word: string): word is Exclude<FirstWord, ''> {
  return word === 'help' || commandNames.some((name) => name === word);
}

type Options = Readonly<Record<string, OptionSpec>>;

const commonOptions: Options = {
  help: { kind: 'switch', short: 'h', about: 'show this help' },
  version: { kind: 'switch', short: 'v', about: 'show the version' },
  color: { kind: 'switch', about: 'colour on a terminal; off with --no-color or NO_COLOR' },
};

/** The options that stand in help under `Options:`. */
export function ownOptions(command: FirstWord): Options {
  return { ...(command === 'help' ? {} : commands[command].options), ...commonOptions };
}

/** The settings that are options of a command. */
export function settingOptions(command: FirstWord): Options {
  const names = command === 'help' ? [] : commands[command].settings;
  return Object.fromEntries(
    names.map((name) => {
      const { isSwitch, about, fallback } = settings[name];
      const hasDefault = typeof fallback === 'string' || typeof fallback === 'number';
      return [
        flagOf(name).slice(2),
        {
          kind: isSwitch ? 'switch' : 'value',
          about: hasDefault ? `${about} [default: ${fallback}]` : about,
        },
      ];
    }),
  );
}

/** All options of a command by their names. */
export function optionsFor(command: FirstWord): ReadonlyMap<string, OptionSpec> {
  const all = { ...ownOptions(command), ...settingOptions(command) };
  return new Map(Object.entries(all));
}

/** The options of all commands: one may stand before its command. */
export function everyOption(): ReadonlyMap<string, OptionSpec> {
  return new Map((['', ...commandNames] as const).flatMap((name) => [...optionsFor(name)]));
}
