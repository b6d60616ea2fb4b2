// The commands by which something is handed to a machine: `send` here, `receive` there.
import { settingNames, type SettingName } from '../config/settings.ts';
import type { CommandOptions, SpecOf } from './command-spec.ts';
import { acceptSettings, guestSettings, json, peer } from './shared-options.ts';

/** The settings that mean nothing to who sends, who shares nothing, or who speaks version 1. */
const notForSending: readonly SettingName[] = ['protocol'];
const notForReceiving: readonly SettingName[] = [
  ...acceptSettings,
  ...(['folder', 'catalog', 'protocol', 'waiting'] as const),
];

export const sendCommand: SpecOf<CommandOptions['send']> = {
  about: 'Hand files, folders or a text to other machines, which are asked first.',
  operands: { name: 'file', least: 0, most: Infinity },
  settings: [
    ...guestSettings.filter((name) => !notForSending.includes(name)),
    ...(['tcpPort', 'limitUpload'] as const),
  ],
  options: {
    to: {
      kind: 'values',
      about: 'receiver: a name, the beginning of one, or HOST:PORT; may be repeated',
    },
    text: { kind: 'value', about: 'a text to show there' },
    name: { kind: 'value', about: 'name of the file that standard input (-) is sent as' },
    peer,
    'give-up-after': {
      kind: 'value',
      about: 'seconds to wait for a receiver that is away or does not answer [default: no limit]',
    },
    json,
  },
  examples: [
    ['send --lan report.pdf', 'lets you choose the receiver'],
    ['send photos notes.txt --to desk', 'a folder and a file in one send'],
    ['send --text "on my way" --to desk', 'shows a text there'],
    ['send - --name log.txt --to desk', 'what it reads from standard input'],
  ],
};

export const receiveCommand: SpecOf<CommandOptions['receive']> = {
  about: 'Wait for what other machines send, and ask before taking it.',
  settings: settingNames.filter((name) => !notForReceiving.includes(name)),
  options: {
    yes: { kind: 'switch', short: 'y', about: 'take everything without asking' },
    from: {
      kind: 'values',
      about: 'take only what these send: addresses, networks, or names, which anyone can claim',
    },
    into: { kind: 'value', about: 'folder for what is received [default: the working folder]' },
    once: { kind: 'switch', about: 'end after the first send' },
    json,
  },
  examples: [
    ['receive --lan', 'asks you for each send'],
    ['receive --lan --once --yes', 'takes one send, and ends'],
    ['receive --yes --from 192.168.1.7', 'takes what this machine sends'],
  ],
};
