import yargs, { type Argv, type Options } from 'yargs';
import { flagOf, settings } from '../config/settings.ts';
import {
  commandNames,
  commands,
  type CommandName,
  type CommandSpec,
  type OptionSpec,
} from './commands.ts';

/**
 * The parser for a command, its help, and the completion for shells; with `undefined` for all
 * commands together.
 *
 * @param args what `parseAsync()` parses
 */
export function parserFor(command: CommandName | undefined, args: readonly string[] = []): Argv {
  const parser = yargs([...args])
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
    .version(false)
    .help('help', 'show this')
    .wrap(80)
    .exitProcess(false)
    .fail(false);
  if (command === undefined || command === '') {
    const session: CommandSpec = commands[''];
    describe(parser.usage(`$0 [command] [options]\n\n${session.about}`), session);
    parser.option('version', { type: 'boolean', global: false, describe: 'show the version' });
    parser.epilogue(
      'Each setting is also a variable (P2P_PORT) and a key of config.yml (port).\n' +
        'p2p COMMAND --help tells more. Without a command, the folder and the members\n' +
        'are asked for where nothing names them.',
    );
    for (const name of commandNames) add(parser, name);
    return parser.completion('completion', 'Print a completion script for bash or zsh.');
  }
  return add(parser, command);
}

function add(parser: Argv, name: Exclude<CommandName, ''>): Argv {
  const spec: CommandSpec = commands[name];
  const { operands } = spec;
  const takes = !operands
    ? ''
    : ` ${operands.least > 0 ? `<${operands.name}..>` : `[${operands.name}]`}`;
  const shown = operands && ` ${operands.least > 0 ? `${operands.name}…` : `[${operands.name}]`}`;
  return parser.command(`${name}${takes}`, spec.about, (own) => {
    return describe(own.usage(`$0 ${name}${shown ?? ''} [options]\n\n${spec.about}`), spec);
  });
}

function describe(parser: Argv, { settings: names, options, examples }: CommandSpec): Argv {
  for (const [name, option] of Object.entries(options)) parser.option(name, optionOf(option));
  for (const name of names) {
    const { about, fallback, isSwitch } = settings[name];
    const hasDefault = typeof fallback === 'string' || typeof fallback === 'number';
    parser.option(flagOf(name).slice(2), {
      global: false,
      ...(isSwitch ? { type: 'boolean' } : { type: 'string', requiresArg: true }),
      describe: hasDefault ? `${about} [default: ${fallback}]` : about,
    });
  }
  parser.option('color', {
    type: 'boolean',
    global: false,
    describe: 'colours at a terminal; NO_COLOR and --no-color mean none',
  });
  for (const [line, about] of examples) parser.example(`$0 ${line}`.trim(), about);
  return parser;
}

function optionOf({ about, kind, choices, short }: OptionSpec): Options {
  return {
    global: false,
    describe: about,
    ...(kind === 'switch' ? { type: 'boolean' } : { type: 'string', requiresArg: true }),
    ...(kind === 'values' && { array: true }),
    ...(choices && { choices }),
    ...(short !== undefined && { alias: short }),
  };
}
