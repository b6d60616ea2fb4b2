// The parser of the command line, made with yargs from the tables of commands and settings: it reads
// options, refuses those that a command does not have, and lays out help.
import yargs, { type Arguments, type Argv, type Options } from 'yargs';
import { flagOf, settings } from '../config/settings.ts';
import type { CommandName, CommandSpec, OptionSpec } from './command-spec.ts';
import { commandNames, commands } from './commands.ts';
import { explainFault, unknownCommand, unknownOption, type CommandLine } from './usage-error.ts';

/** The first word of a command line; it is empty for a session. */
export type FirstWord = CommandName | 'help';

/** A command line that was parsed. */
export interface ParsedLine extends CommandLine {
  readonly command: FirstWord;
  readonly values: Arguments;
  /** Lays out the help of the command. */
  readonly help: () => Promise<string>;
}

/** yargs with the methods that its types leave out. */
type UntypedYargs = Argv & {
  usageConfiguration(configuration: { readonly 'hide-types': boolean }): Argv;
  global(names: readonly string[], isGlobal: boolean): Argv;
};

/**
 * Parses a command line.
 *
 * @throws UsageError for a command that does not exist, or an option that the command does not have
 */
export function parseLine(args: readonly string[]): ParsedLine {
  let command: FirstWord = '';
  const others = optionsOfOthers();
  const lineOf = (values: CommandLine['values']): CommandLine => ({
    command,
    values,
    options: optionsFor(command),
  });
  // Given a folder, yargs does not ask for the working folder, which may have been removed.
  const parser = (yargs([], '/') as UntypedYargs)
    .usageConfiguration({ 'hide-types': true })
    .locale('en')
    .parserConfiguration({
      'populate--': true,
      'dot-notation': false,
      'camel-case-expansion': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'greedy-arrays': false,
    })
    .scriptName('p2p')
    .wrap(80)
    .exitProcess(false)
    // The help of yargs is also shown if the last word is "help", which may be the name of a file.
    .help(false)
    .version(false)
    .strictOptions()
    .middleware((values) => {
      if (command === '') checkSession(lineOf(values), others);
      // yargs formats the help of each command that it parses, which costs more than parsing.
      else if (values.help !== true)
        for (const name of Object.keys(optionsFor(command))) parser.hide(name);
    }, true)
    .fail((message) => {
      throw explainFault(message, lineOf(parser.parsed ? parser.parsed.argv : {}));
    });
  for (const name of commandNames) {
    parser.command(name, commands[name].about, (own) => {
      command = name;
      return describe(own, name);
    });
  }
  parser.command('help', false, (own) => {
    command = 'help';
    return own;
  });
  // An option may stand before its command: yargs has to know the options of all commands.
  addOptions(parser, others, 'Options:');
  addOptions(parser, commonOptions);
  describe(parser, '').epilogue(epilogue);
  const values = parser.parse([...args]) as Arguments;
  return {
    ...lineOf(values),
    command,
    values,
    help: () => parser.getHelp(),
  };
}

/** Checks that a session has no operands, and no options of commands. */
function checkSession(line: CommandLine, others: Readonly<Record<string, Options>>): void {
  const { _: words, '--': rest = [] } = line.values as Readonly<Record<string, unknown[]>>;
  const [word] = [...words!, ...rest];
  if (word !== undefined) throw unknownCommand((word as string | boolean).toString(), commandNames);
  const other = Object.keys(others).find((name) => name in line.values);
  if (other !== undefined) throw unknownOption(other, line);
}

const toggle = { type: 'boolean', nargs: 0 } as const;
const value = { type: 'string', requiresArg: true } as const;

const commonOptions: Readonly<Record<string, Options>> = {
  help: { ...toggle, alias: 'h', describe: 'show this help' },
  version: { ...toggle, alias: 'v', describe: 'show the version' },
  color: { ...toggle, describe: 'colour on a terminal; off with --no-color or NO_COLOR' },
};

/** All options of a command. */
export function optionsFor(name: FirstWord): Record<string, Options> {
  if (name === 'help') return commonOptions;
  return { ...ownOptions(name), ...settingOptions(name), ...commonOptions };
}

/** The options that only commands have, and no session. */
function optionsOfOthers(): Record<string, Options> {
  const session = settingOptions('');
  const all = commandNames
    .flatMap((name) => Object.entries(ownOptions(name)))
    .filter(([name]) => !(name in session));
  return Object.fromEntries(all.map(([name, option]) => [name, { ...option, hidden: true }]));
}

function ownOptions(command: CommandName): Record<string, Options> {
  const options = Object.entries<OptionSpec>(commands[command].options);
  return Object.fromEntries(
    options.map(([name, { kind, about, choices, short }]) => [
      name,
      {
        ...(kind === 'switch' ? toggle : value),
        ...(short !== undefined && { alias: short }),
        ...(choices && { choices }),
        array: kind === 'values',
        describe: about,
      },
    ]),
  );
}

/** The settings that are options of a command. */
function settingOptions(command: CommandName): Record<string, Options> {
  return Object.fromEntries(
    commands[command].settings.map((name) => {
      const { isSwitch, about, fallback } = settings[name];
      const hasDefault = typeof fallback === 'string' || typeof fallback === 'number';
      return [
        flagOf(name).slice(2),
        {
          ...(isSwitch ? toggle : value),
          describe: hasDefault ? `${about} [default: ${fallback}]` : about,
        },
      ];
    }),
  );
}

function describe(own: Argv, name: CommandName): Argv {
  const spec: CommandSpec = commands[name];
  const words = ['$0', name === '' ? '[command]' : name, operandsOf(spec), '[options]'];
  own.usage(`${words.filter(Boolean).join(' ')}\n\n${spec.about}`);
  addOptions(own, ownOptions(name), 'Options:');
  addOptions(own, settingOptions(name), 'Settings:');
  for (const [line, about] of spec.examples) own.example(`$0 ${line}`.trim(), about);
  return own;
}

/** Adds options; those of a command have a group in its help. */
function addOptions(
  parser: Argv,
  options: Readonly<Record<string, Options>>,
  group?: 'Options:' | 'Settings:',
): void {
  parser.options(options);
  if (group !== undefined) {
    // One call for all options: yargs goes through its whole list in each call.
    const names = Object.keys(options);
    (parser.group(names, group) as UntypedYargs).global(names, false);
  }
}

function operandsOf({ operands }: CommandSpec): string {
  if (!operands) return '';
  const { name, least, most, choices, then } = operands;
  const word = choices?.join('|') ?? name;
  if (then !== undefined) return `${word} [${then}]`;
  return least > 0 ? `${word}${most > 1 ? '…' : ''}` : `[${word}]`;
}

const epilogue = `Run p2p COMMAND --help for the options of a command.
Each setting is also a variable (P2P_PORT) and a key in config.yml (port).
--no- turns a switch off, as in --no-catalog.
Without a command, p2p asks for a folder and members unless they are set.`;
