// Checks and reads the text of each setting.
import { hostOf } from '@peerlane/protocol';
import { allowNetworks } from '@peerlane/udp-node';
import { expandHome } from '../files/folder-path.ts';
import { hasKeyText } from '../text/without-keys.ts';
import { readPeerAddress, splitList } from './peer-addresses.ts';
import type { Config, SettingName } from './settings.ts';

/** Reads a value: its text, whatever its source is, or a list of texts. It is `undefined` if it is none. */
type Read<Value> = (written: unknown) => Value | undefined;

const maxSeconds = 86_400;

const readers: { readonly [Name in SettingName]: Read<NonNullable<Config[Name]>> } = {
  host: text(readHost),
  port: text(readPort),
  tcpPort: text(readPort),
  period: text((written) =>
    readNumber(written, (seconds) => seconds >= 1 && seconds <= maxSeconds),
  ),
  waiting: text((written) =>
    readNumber(written, (seconds) => seconds > 0 && seconds <= maxSeconds),
  ),
  folder: text(readPath),
  cluster: list(readPeerAddress),
  lan: text(readSwitch),
  discovery: text(readSwitch),
  catalog: text(readSwitch),
  name: text(readName),
  protocol: text((written) =>
    ['1', '2'].includes(written) ? (Number(written) as 1 | 2) : undefined,
  ),
  allow: list((network) => (isNetwork(network) ? network : undefined)),
  // A key in the place of a path would stand where others read it.
  keyFile: text((path) => (hasKeyText(path) ? undefined : readPath(path))),
  open: text(readSwitch),
};

/**
 * The value of a setting, from its text or a list of texts.
 *
 * @returns `undefined` if the setting cannot have it
 */
export function readValue<Name extends SettingName>(
  name: Name,
  written: unknown,
): NonNullable<Config[Name]> | undefined {
  return readers[name](written);
}

function text<Value>(read: (written: string) => Value | undefined): Read<Value> {
  return (written) => (typeof written === 'string' ? read(written) : undefined);
}

function list<Value>(read: (item: string) => Value | undefined): Read<Value[]> {
  return (written) => {
    const texts = [written].flat();
    if (!texts.every((each) => typeof each === 'string')) return undefined;
    const items = texts.flatMap(splitList).map(read);
    return items.every((item) => item !== undefined) ? items : undefined;
  };
}

function readHost(name: string): string | undefined {
  // Other nodes read the host as part of an address, in which an IPv6 host stands in brackets.
  const bracketed = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name;
  const address = readPeerAddress(`${bracketed}:1`);
  return address && hostOf(address);
}

function readNumber(written: string, isAllowed: (number: number) => boolean): number | undefined {
  const number = /^\d+(?:\.\d+)?$/.test(written) ? Number(written) : NaN;
  return isAllowed(number) ? number : undefined;
}

function readPort(written: string): number | undefined {
  return readNumber(written, (port) => Number.isInteger(port) && port <= 65_535);
}

function readPath(path: string): string | undefined {
  return path === '' ? undefined : expandHome(path);
}

function readSwitch(word: string): boolean | undefined {
  return word === 'true' || word === 'false' ? word === 'true' : undefined;
}

function readName(written: string): string | undefined {
  const name = written.trim();
  const isName = name !== '' && Array.from(name).length <= 64 && name.isWellFormed();
  // Others are told it.
  return isName && !hasKeyText(name) ? name : undefined;
}

function isNetwork(network: string): boolean {
  try {
    allowNetworks([network]);
    return true;
  } catch {
    return false;
  }
}
