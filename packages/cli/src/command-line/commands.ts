// The commands of `p2p`: what each is for, and which options, settings and operands it reads. The
// types and the parser both follow these tables.
import { settingNames } from '../config/settings.ts';
import {
  logFormats,
  logLevels,
  type CommandName,
  type CommandOptions,
  type CommandSpec,
  type GuestOptions,
  type Operands,
  type SpecOf,
} from './command-spec.ts';
import { receiveCommand, sendCommand } from './send-commands.ts';
import { acceptSettings, guestSettings, json, peer } from './shared-options.ts';

const guestCommand = (about: string, examples: CommandSpec['examples']): SpecOf<GuestOptions> => ({
  about,
  settings: guestSettings,
  options: { peer, json },
  examples,
});

const someFiles: Operands = { name: 'file', least: 1, most: Infinity };
const shells = ['bash', 'zsh', 'fish'];

/** What `p2p key` does. */
export const keyActions = ['new', 'show', 'add', 'use', 'remove'] as const;

/** Every command. */
export const commands: { readonly [Name in CommandName]: SpecOf<CommandOptions[Name]> } = {
  '': {
    about: 'Share a folder with the peers around you and download files from theirs.',
    settings: settingNames,
    options: {},
    examples: [
      ['', 'asks for a folder and for members'],
      ['--lan --folder docs', 'shares docs with the local network'],
    ],
  },
  start: {
    about: 'Share a folder without a prompt: as a service or in a container.',
    settings: settingNames,
    options: {
      'log-format': {
        kind: 'value',
        about: 'format of the log: text or json',
        choices: logFormats,
      },
      'log-level': {
        kind: 'value',
        about: 'lowest severity to log: debug, info, warning or error',
        choices: logLevels,
      },
      json,
    },
    examples: [
      ['start --lan --folder docs', 'shares docs until you stop it'],
      ['start --log-format json', 'logs JSON, for a program'],
    ],
  },
  share: {
    about: 'Share only the named files and folders, until stopped.',
    operands: someFiles,
    settings: settingNames.filter((name) => name !== 'folder' && !acceptSettings.includes(name)),
    options: { json },
    examples: [
      ['share --lan report.pdf', 'everyone on the local network can get it'],
      ['share --lan photos', 'a folder as a whole: p2p get photos/'],
    ],
  },
  get: {
    about: 'Download files, and folders with a slash, by name into the working folder.',
    operands: someFiles,
    settings: [...guestSettings, 'waiting'],
    options: {
      into: { kind: 'value', about: 'folder to download into' },
      peer,
      output: {
        kind: 'value',
        short: 'o',
        about: 'file or folder to write to; - is standard output',
      },
      root: { kind: 'value', about: 'download only content with this root (64 hex digits)' },
      'limit-rate': {
        kind: 'value',
        about: 'maximum rate of all files together, in bytes per second, such as 500k or 2M',
      },
      force: { kind: 'switch', about: 'replace an existing file of the same name' },
      'skip-existing': { kind: 'switch', about: 'keep an existing file instead of downloading it' },
      json,
    },
    examples: [
      ['get --lan report.pdf', 'from anyone on the local network'],
      ['get photos/', 'a folder with all that is in it; again, what is missing'],
      ['get report.pdf --peer 127.0.0.1:1379', 'asks this peer and those it knows'],
      ['get notes.txt -o -', 'writes to standard output'],
      ['get -- -draft.txt', 'a name that begins with a dash'],
    ],
  },
  send: sendCommand,
  receive: receiveCommand,
  list: guestCommand('List the members of the cluster.', [
    ['list --lan', 'the members on the local network'],
  ]),
  search: {
    ...guestCommand(
      'List the files and folders in the cluster, all or those with a text in their names.',
      [['search --lan report', 'files with "report" in their names']],
    ),
    operands: { name: 'text', least: 0, most: 1 },
  },
  status: guestCommand('Show how many members, files and versions are in the cluster.', [
    ['status --lan', 'the local network at a glance'],
  ]),
  invite: {
    about: 'Let another machine join your sealed cluster, by a number and two words.',
    settings: ['host', 'name', 'allow', 'keyFile', 'open'],
    options: {
      many: { kind: 'switch', about: 'let several machines join, not only one' },
      json,
    },
    examples: [
      ['invite', 'shows what to type on the other machine'],
      ['invite --many', 'for a room full of machines'],
    ],
  },
  join: {
    about: 'Join the cluster of a machine on which p2p invite runs.',
    operands: { name: 'words', least: 0, most: 3 },
    settings: ['host', 'name', 'allow', 'keyFile'],
    options: {
      peer: { kind: 'value', about: 'address of the invitation, as HOST:PORT, if it is not found' },
      json,
    },
    examples: [
      ['join 4-icon-fox', 'what p2p invite shows there'],
      ['join 4 icon fox', 'the same'],
      ['join', 'asks for it'],
    ],
  },
  clean: {
    about: 'Remove what interrupted and failed downloads have left in a folder.',
    operands: { name: 'folder', least: 0, most: Infinity },
    settings: [],
    options: {
      'dry-run': { kind: 'switch', short: 'n', about: 'only list it, with sizes' },
      json,
    },
    examples: [
      ['clean --dry-run', 'what is left in the working folder'],
      ['clean docs', 'removes what is left in docs'],
    ],
  },
  config: {
    about: 'Show every setting and where its value comes from.',
    settings: settingNames,
    options: { json },
    examples: [['config', 'the settings of p2p in this folder']],
  },
  key: {
    about: 'Make, show or change the key by which your machines are a sealed cluster.',
    operands: { name: 'action', least: 1, most: 2, choices: keyActions, then: 'id' },
    settings: ['keyFile'],
    options: {
      yes: { kind: 'switch', short: 'y', about: 'do not ask before showing or removing' },
    },
    examples: [
      ['key new', 'makes a key for you, which every p2p of yours uses'],
      ['key show', 'prints it, for another machine'],
      ['key add', 'begins to change it: adds a new one behind it'],
      ['key use 1a2b3c4d', 'seals with that one, and opens what the others seal'],
      ['key remove 5e6f7a8b', 'ends the change: the old one opens nothing any more'],
    ],
  },
  completion: {
    about: 'Print a script for bash, zsh or fish: Tab completes commands and file names.',
    operands: { name: 'shell', least: 0, most: 1, choices: shells },
    settings: [],
    options: {},
    examples: [
      ['completion bash >> ~/.bashrc', ''],
      ['completion zsh >> ~/.zshrc', ''],
      ['completion fish > ~/.config/fish/completions/p2p.fish', ''],
    ],
  },
};

/** The names of the commands, without the session's. */
export const commandNames: readonly Exclude<CommandName, ''>[] = (
  Object.keys(commands) as CommandName[]
).filter((name) => name !== '');
