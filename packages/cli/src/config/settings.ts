import { normalPeerAddress, parsePeerAddress } from '@peerlane/protocol';
import { allowNetworks } from '@peerlane/udp-node';
import * as z from 'zod';

// Whatever the source, a value comes as the text that was written.
const text = z.string().min(1);
const number = z
  .string()
  .regex(/^\d+(\.\d+)?$/)
  .transform(Number);
const portNumber = number.pipe(z.int().min(0).max(65_535));
const seconds = z.number().max(86_400);
const host = z.string().transform((name, context) => {
  // The address is what other nodes will read: an IPv6 host stands in brackets there.
  const bracketed = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
  const address = normalPeerAddress(`${bracketed}:1`);
  return address === undefined ? invalid(context) : parsePeerAddress(address).host;
});
const address = z
  .string()
  .transform((member, context) => normalPeerAddress(member.trim()) ?? invalid(context));
const list = z.union([
  z.array(z.string()),
  z.string().transform((texts) => texts.split(',').filter((part) => part.trim() !== '')),
]);
const addresses = list.pipe(z.array(address));
const yesOrNo = z.enum(['true', 'false']).transform((word) => word === 'true');
const version = number.pipe(z.union([z.literal(1), z.literal(2)]));
const networks = list.pipe(z.array(z.string().trim().min(1).refine(isNetwork)));

function invalid(context: { addIssue(message: string): void }): never {
  context.addIssue('no address');
  return z.NEVER;
}

function isNetwork(network: string): boolean {
  try {
    allowNetworks([network]);
    return true;
  } catch {
    return false;
  }
}

/** A value for each setting, as the program uses it. Times are in seconds. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly tcpPort: number;
  readonly period: number;
  readonly waiting: number;
  /** `undefined` where no source gave one. */
  readonly folder: string | undefined;
  /** `undefined` where no source gave any; empty where one said that there are none. */
  readonly cluster: readonly string[] | undefined;
  /** `undefined`: where no member was given. */
  readonly discovery: boolean | undefined;
  readonly catalog: boolean;
  readonly protocol: 1 | 2;
  readonly allow: readonly string[];
}

/** The name of a setting. */
export type SettingName = keyof Config;

/** One thing that can be set. */
export interface Setting {
  /** From a text, or a list of texts, to the value. */
  readonly schema: z.ZodType;
  /** What a value must be, said to a person. */
  readonly expected: string;
  /** What the setting does. */
  readonly about: string;
  /** The value where no source gives one. */
  readonly fallback: string | number | boolean | readonly string[] | undefined;
  /** Whether its flag stands alone, or is turned round by `--no-`. */
  readonly isSwitch?: true;
}

/** Everything that can be set. */
export const settings: Readonly<Record<SettingName, Setting>> = {
  host: {
    schema: host,
    expected: 'an IP address or a host name',
    about: 'IP address or name to bind and be known by',
    fallback: '127.0.0.1',
  },
  port: {
    schema: portNumber,
    expected: 'a port from 0 to 65535',
    about: 'UDP port for discovery (0: the system chooses)',
    fallback: 1378,
  },
  tcpPort: {
    schema: portNumber,
    expected: 'a port from 0 to 65535',
    about: 'TCP port for file transfers (0: the system chooses)',
    fallback: 0,
  },
  period: {
    schema: number.pipe(seconds.min(1)),
    expected: 'a number of seconds from 1 to 86400',
    about: 'seconds between two discovery broadcasts',
    fallback: 20,
  },
  waiting: {
    schema: number.pipe(seconds.positive()),
    expected: 'a number of seconds over 0, up to 86400',
    about: 'seconds that a request for a file waits for offers',
    fallback: 100,
  },
  folder: {
    schema: text,
    expected: 'the path of a folder',
    about: 'folder to share, and to download into',
    fallback: undefined,
  },
  cluster: {
    schema: addresses,
    expected: 'addresses as host:port, separated by commas',
    about: 'members known from the start, as host:port,host:port',
    fallback: undefined,
  },
  discovery: {
    schema: yesOrNo,
    expected: 'true or false',
    about: 'find nodes on the local network [default: if no member is given]',
    fallback: undefined,
    isSwitch: true,
  },
  catalog: {
    schema: yesOrNo,
    expected: 'true or false',
    about: 'tell others the names of the files that are shared',
    fallback: true,
    isSwitch: true,
  },
  protocol: {
    schema: version,
    expected: '1 or 2',
    about: "version to speak; 1 is exactly the original's",
    fallback: 2,
  },
  allow: {
    schema: networks,
    expected: 'networks as 203.0.113.0/24, separated by commas',
    about: 'networks beside the near ones that datagrams may go to',
    fallback: [],
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
