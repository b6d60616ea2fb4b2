import { isIpv4, normalIpv6, octet } from './ip.ts';
import { ProtocolError, excerpt } from './protocol-error.ts';

/** A peer's UDP address. `host` is an IPv4 address, an IPv6 address without brackets, or a name. */
export interface PeerAddress {
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

const portNumber = '(?:6553[0-5]|655[0-2]\\d|65[0-4]\\d\\d|6[0-4]\\d{3}|[1-5]\\d{4}|[1-9]\\d{0,3})';
const ipv4WithPort = new RegExp(`^(?:${octet}\\.){3}${octet}:${portNumber}$`);
const port = new RegExp(`^${portNumber}$`);
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * Reads `host:port`: `127.0.0.1:1378`, `[::1]:1378` or `node2:1378`. The host comes back in its
 * one normal form: names in lower case, IPv6 as short as it gets, IPv4-mapped IPv6 as IPv4.
 *
 * @throws ProtocolError `bad-address`
 * @see docs/protocol.md, "Addresses"
 */
export function parsePeerAddress(text: string): PeerAddress {
  const parsed = tryParsePeerAddress(text);
  if (parsed === undefined) {
    throw new ProtocolError(
      'bad-address',
      `expected an address as host:port, such as 127.0.0.1:1378 or [::1]:1378, got ${excerpt(text)}`,
    );
  }
  return parsed;
}

/**
 * Writes an address as `host:port`, in its one normal form; an IPv6 host gets its brackets.
 *
 * @throws ProtocolError `bad-address`
 */
export function formatPeerAddress(address: PeerAddress): string {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const text = `${host}:${address.port}`;
  return join(parsePeerAddress(text));
}

/** The normal form of `host:port`, or `undefined` where the text is no address. */
export function normalPeerAddress(text: string): string | undefined {
  if (ipv4WithPort.test(text)) return text;
  const parsed = tryParsePeerAddress(text);
  return parsed && join(parsed);
}

function join({ host, port }: PeerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function tryParsePeerAddress(text: string): PeerAddress | undefined {
  const colon = text.lastIndexOf(':');
  const digits = text.slice(colon + 1);
  if (colon < 1 || !port.test(digits)) return undefined;
  const host = normalHost(text.slice(0, colon));
  return host === undefined ? undefined : { host, port: Number(digits) };
}

function normalHost(host: string): string | undefined {
  if (isIpv4(host)) return host;
  if (host.startsWith('[')) return host.endsWith(']') ? normalIpv6(host.slice(1, -1)) : undefined;
  return normalName(host);
}

function normalName(name: string): string | undefined {
  if (name.length > 253) return undefined;
  const lower = name.toLowerCase();
  const labels = lower.split('.');
  // A last label of digits alone would be a mistyped IPv4 address.
  if (!labels.every((part) => label.test(part)) || /^\d+$/.test(labels.at(-1)!)) return undefined;
  return lower;
}
