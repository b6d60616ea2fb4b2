import { settingNames, type SettingName } from '../config/settings.ts';

/** An option of a command that is no setting. */
export interface OptionSpec {
  readonly about: string;
  /** `switch` stands alone, `value` is given once, `values` any number of times. */
  readonly kind: 'switch' | 'value' | 'values';
  readonly choices?: readonly string[];
  /** One letter. */
  readonly short?: string;
}

/** What a command is called, takes and is for. */
export interface CommandSpec {
  readonly about: string;
  /** What it takes beside options: the name in the help, and how many. */
  readonly operands?: { readonly name: string; readonly least: 0 | 1; readonly most: number };
  /** The settings that are options of it too. */
  readonly settings: readonly SettingName[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Command lines without `p2p`, and what they do. */
  readonly examples: readonly (readonly [line: string, about: string])[];
}

const json: OptionSpec = { kind: 'switch', about: 'one JSON event a line on standard output' };
const peer: OptionSpec = { kind: 'values', about: 'a peer to ask, as host:port; any number' };

/** The settings of a guest, who shares nothing and leaves when it is done. */
const guestSettings: readonly SettingName[] = [
  ...(['host', 'cluster', 'lan', 'discovery', 'protocol', 'allow'] as const),
];

const asker = (about: string, examples: CommandSpec['examples']): CommandSpec => ({
  about,
  settings: guestSettings,
  options: { peer, json },
  examples,
});

/** The name of a command; the empty one is that of the interactive session. */
export type CommandName = '' | 'start' | 'share' | 'get' | 'list' | 'search' | 'status' | 'config';

/** Every command. */
export const commands: Readonly<Record<CommandName, CommandSpec>> = {
  '': {
    about: 'Share a folder with the peers around you, and get files from theirs.',
    settings: settingNames,
    options: {},
    examples: [
      ['', 'asks for a folder and for members'],
      ['--lan --folder docs', 'shares with the local network'],
    ],
  },
  start: {
    about: 'Share a folder without a prompt, as a service or in a container.',
    settings: settingNames,
    options: {
      'log-format': { kind: 'value', about: 'how to log', choices: ['text', 'json'] },
      'log-level': {
        kind: 'value',
        about: 'what to log: that and what is graver',
        choices: ['debug', 'info', 'warning', 'error'],
      },
      json,
    },
    examples: [
      ['start --lan --folder docs', 'shares docs until it is stopped'],
      ['start --folder docs --log-format json', 'logs for a machine'],
    ],
  },
  share: {
    about: 'Share just these files, until it is stopped.',
    operands: { name: 'file', least: 1, most: Infinity },
    settings: settingNames.filter((name) => name !== 'folder'),
    options: { json },
    examples: [['share --lan report.pdf', 'everyone on the network can get it now']],
  },
  get: {
    about: 'Download files into the working folder.',
    operands: { name: 'file', least: 1, most: Infinity },
    settings: [...guestSettings, 'waiting'],
    options: {
      into: { kind: 'value', about: 'the folder to download into' },
      peer,
      output: { kind: 'value', short: 'o', about: 'write to this file; - is standard output' },
      root: { kind: 'value', about: 'take this content only: 64 hex digits' },
      'limit-rate': { kind: 'value', about: 'bytes per second at most, such as 500k or 2M' },
      force: { kind: 'switch', about: 'replace a file of that name' },
      'skip-existing': { kind: 'switch', about: 'leave alone what is there under that name' },
      json,
    },
    examples: [
      ['get --lan report.pdf', 'from whoever has it on the network'],
      ['get report.pdf --peer 127.0.0.1:1379', 'asks this peer, and whom it knows'],
      ['get notes.txt -o -', 'to standard output'],
    ],
  },
  list: asker('List the members of the cluster.', [['list --lan', 'who is on the network']]),
  search: {
    ...asker('List the files in the cluster.', [['search --lan report', 'names with "report"']]),
    operands: { name: 'text', least: 0, most: 1 },
  },
  status: asker('Sum up the cluster: members, files, versions.', [['status --lan', 'at a glance']]),
  config: {
    about: 'Print each setting, and where its value came from.',
    settings: settingNames,
    options: { json },
    examples: [['config', 'what p2p would run with here']],
  },
};

/** The names of the commands, without the session's. */
export const commandNames: readonly Exclude<CommandName, ''>[] = (
  Object.keys(commands) as CommandName[]
).filter((name) => name !== '');
