// The settings: the purpose and the default of each. schemas.ts checks their values.
/** A value for each setting. Times are in seconds. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly tcpPort: number;
  readonly period: number;
  readonly waiting: number;
  /** `undefined` if no source has one. */
  readonly folder: string | undefined;
  /** `undefined` if no source has any; empty if a source says that there are none. */
  readonly cluster: readonly string[] | undefined;
  readonly lan: boolean;
  /** `undefined` if no source has one: then it depends on the members and the protocol. */
  readonly discovery: boolean | undefined;
  readonly name: string;
  readonly catalog: boolean;
  readonly protocol: 1 | 2;
  readonly allow: readonly string[];
  /** `undefined` if no source has one: then the key is that of the user, if there is one. */
  readonly keyFile: string | undefined;
  /** Whether the node has no key, wherever there may be one. */
  readonly open: boolean;
  /** In bytes per second, to all together; `undefined` if no source has one: then there is no limit. */
  readonly limitUpload: number | undefined;
  /** Whose sends are taken without a question: names and networks; `undefined` if no source has any. */
  readonly acceptFrom: readonly string[] | undefined;
  /** In bytes; `undefined` if no source has one: then the free space is the limit. */
  readonly acceptMaxSize: number | undefined;
  /** `undefined` if no source has one: then what is taken is put into the shared folder. */
  readonly acceptInto: string | undefined;
}

/** The name of a setting. */
export type SettingName = keyof Config;

/** The description of a setting for a user. */
export interface Setting {
  /** The expected value, for error messages. */
  readonly expected: string;
  /** The purpose of the setting. */
  readonly about: string;
  /** The value where no source has one. The name of the machine is no constant, and not here. */
  readonly fallback: string | number | boolean | readonly string[] | undefined;
  /** Whether its option has no value, and is negated by `--no-`. */
  readonly isSwitch?: true;
}

/** Everything that can be set. */
export const settings: Readonly<Record<SettingName, Setting>> = {
  host: {
    expected: 'an IP address or a host name',
    about: 'IP address or name to listen on and to announce',
    fallback: '127.0.0.1',
  },
  port: {
    expected: 'a port from 0 to 65535',
    about: 'UDP port for discovery (0: the system chooses)',
    fallback: 1378,
  },
  tcpPort: {
    expected: 'a port from 0 to 65535',
    about: 'TCP port for file transfers (0: the system chooses)',
    fallback: 0,
  },
  period: {
    expected: 'a number of seconds from 1 to 86400',
    about: 'seconds between discovery broadcasts',
    fallback: 20,
  },
  waiting: {
    expected: 'a number of seconds over 0, up to 86400',
    about: 'seconds to wait for offers of a file',
    fallback: 100,
  },
  folder: {
    expected: 'the path of a folder',
    about: 'folder to share, and to download into',
    fallback: undefined,
  },
  cluster: {
    expected: 'addresses as HOST or HOST:PORT, separated by commas',
    about: 'members to contact at start, as HOST:PORT,HOST:PORT',
    fallback: undefined,
  },
  lan: {
    expected: 'true or false',
    about: 'reach the local network, and be reached from it (host :: or 0.0.0.0)',
    fallback: false,
    isSwitch: true,
  },
  discovery: {
    expected: 'true or false',
    about: 'find nodes on the local network [default: if no member is set]',
    fallback: undefined,
    isSwitch: true,
  },
  name: {
    expected: 'a name of 1 to 64 characters',
    about: "name shown to others [default: this machine's name]",
    fallback: undefined,
  },
  catalog: {
    expected: 'true or false',
    about: 'let others list the shared files',
    fallback: true,
    isSwitch: true,
  },
  protocol: {
    expected: '1 or 2',
    about: 'protocol version; 1 behaves exactly like the original',
    fallback: 2,
  },
  allow: {
    expected: 'networks as 203.0.113.0/24, separated by commas',
    about: 'networks that datagrams may go to, besides local ones',
    fallback: [],
  },
  keyFile: {
    expected: 'the path of a key file',
    about: 'file with the key of a sealed cluster [default: yours, see p2p key]',
    fallback: undefined,
  },
  open: {
    expected: 'true or false',
    about: 'use no key: anyone on the network can read and ask',
    fallback: false,
    isSwitch: true,
  },
  limitUpload: {
    expected: 'bytes per second such as 500k or 2M',
    about: 'maximum rate of all that is sent, in bytes per second, such as 2M',
    fallback: undefined,
  },
  acceptFrom: {
    expected: 'names and networks as 192.168.1.0/24, separated by commas',
    about: 'take what these send, unasked: addresses, networks, or names, which anyone can claim',
    fallback: undefined,
  },
  acceptMaxSize: {
    expected: 'a number of bytes such as 500M or 2G',
    about: 'largest send that is taken unasked, in bytes, such as 2G',
    fallback: undefined,
  },
  acceptInto: {
    expected: 'the path of a folder',
    about: 'folder for what is sent to this node [default: the shared folder]',
    fallback: undefined,
  },
};

/** The names of all settings. */
export const settingNames = Object.keys(settings) as SettingName[];

/** `tcpPort` as a flag: `--tcp-port`. */
export function flagOf(name: SettingName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `tcpPort` as an environment variable: `P2P_TCP_PORT`. */
export function variableOf(name: SettingName): string {
  return `P2P_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
