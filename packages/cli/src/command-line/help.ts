// Lays out the help of a command: its options, settings and examples in columns, 80 wide at most.
import type { CommandSpec, OptionSpec } from './command-spec.ts';
import { commandNames, commands } from './commands.ts';
import { ownOptions, settingOptions, type FirstWord } from './options.ts';

type Row = readonly [left: string, right: string];

const width = 80;

/** The help of a command, or of the whole program. */
export function helpOf(command: FirstWord): string {
  const name = command === 'help' ? '' : command;
  const spec: CommandSpec = commands[name];
  const words = ['p2p', name === '' ? '[command]' : name, operandsOf(spec), '[options]'];
  const commandRows = name === '' ? commandNames.map(rowOfCommand) : [];
  return [
    words.filter(Boolean).join(' '),
    wrapped(spec.about, width).join('\n'),
    ...table('Commands:', commandRows),
    ...table('Options:', rowsOf(ownOptions(name))),
    ...table('Settings:', rowsOf(settingOptions(name))),
    ...table('Examples:', spec.examples.map(rowOfExample)),
    ...(name === '' ? [epilogue] : []),
  ].join('\n\n');
}

function operandsOf({ operands }: CommandSpec): string {
  if (!operands) return '';
  const { name, least, most, choices, then } = operands;
  const word = choices?.join('|') ?? name;
  if (then !== undefined) return `${word} [${then}]`;
  return least > 0 ? `${word}${most > 1 ? '…' : ''}` : `[${word}]`;
}

function rowOfCommand(name: (typeof commandNames)[number]): Row {
  return [`p2p ${name}`, commands[name].about];
}

function rowOfExample([line, about]: CommandSpec['examples'][number]): Row {
  return [`p2p ${line}`.trim(), about];
}

function rowsOf(options: Readonly<Record<string, OptionSpec>>): Row[] {
  return Object.entries(options).map(([name, { short, about }]) => [
    `${short === undefined ? '    ' : `-${short}, `}--${name}`,
    about,
  ]);
}

/** A heading with rows, whose right column begins two blanks behind the longest text of the left one. */
function table(heading: string, rows: readonly Row[]): string[] {
  const left = Math.max(...rows.map(([text]) => text.length)) + 4;
  const lines = rows.flatMap(([text, about]) => {
    const [first = '', ...others] = wrapped(about, width - left);
    return [`  ${text}`.padEnd(left) + first, ...others.map((line) => ' '.repeat(left) + line)];
  });
  return rows.length === 0 ? [] : [[heading, ...lines.map((line) => line.trimEnd())].join('\n')];
}

/** Breaks a text into lines. No word of the help is longer than a line. */
function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && longer.length <= columns) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

const epilogue = `Run p2p COMMAND --help for the options of a command.
Each setting is also a variable (P2P_PORT) and a key in config.yml (port).
--no- turns a switch off, as in --no-catalog.
Without a command, p2p asks for a folder and members unless they are set.`;
