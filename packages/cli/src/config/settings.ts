import { normalPeerAddress } from '@peerlane/protocol';
import * as z from 'zod';

const text = z.string().min(1);
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number),
]);
const portNumber = number.pipe(z.int().min(0).max(65_535));
const seconds = number.pipe(z.number().positive().max(86_400));
const addresses = z
  .union([
    z.array(z.string()),
    z.string().transform((list) => list.split(',').filter((part) => part.trim() !== '')),
  ])
  .pipe(
    z.array(
      z.string().transform((member, context) => {
        const address = normalPeerAddress(member.trim());
        if (address !== undefined) return address;
        context.addIssue('no address');
        return z.NEVER;
      }),
    ),
  );

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
}

/** The name of a setting. */
export type SettingName = keyof Config;

/** One thing that can be set. */
export interface Setting {
  /** From text or YAML to the value. */
  readonly schema: z.ZodType;
  /** What a value must be, said to a person. */
  readonly expected: string;
  /** What the setting does. */
  readonly about: string;
  /** The value where no source gives one. */
  readonly fallback: string | number | undefined;
}

/** Everything that can be set. */
export const settings: Readonly<Record<SettingName, Setting>> = {
  host: {
    schema: text,
    expected: 'an IP address or a host name',
    about: 'IP address or name to bind, and to be known by',
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
    schema: seconds,
    expected: 'a number of seconds over 0, up to 86400',
    about: 'seconds between two discovery broadcasts',
    fallback: 20,
  },
  waiting: {
    schema: seconds,
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
