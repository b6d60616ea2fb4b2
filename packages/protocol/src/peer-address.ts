// Addresses of peers, `host:port`, as text and as an object.
import { ipv4Pattern, normalHost, normalLocalHost } from './host.ts';
import { ProtocolError, excerpt } from './protocol-error.ts';

/**
 * The address of a peer, of its UDP or of its TCP side. `host` is an IPv4 address, an IPv6 address
 * without brackets, or a name. A link-local IPv6 address may have a zone of this machine: `fe80::1%eth0`.
 */
export interface PeerAddress {
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** The highest port. */
export const maxPort = 65_535;

const portNumber = '(?:6553[0-5]|655[0-2]\\d|65[0-4]\\d\\d|6[0-4]\\d{3}|[1-5]\\d{4}|[1-9]\\d{0,3})';
const ipv4WithPort = new RegExp(`^${ipv4Pattern}:${portNumber}$`);
const port = new RegExp(`^${portNumber}$`);

/**
 * Reads `host:port`: `127.0.0.1:1378`, `[::1]:1378` or `node2:1378`. The host is returned in its
 * normal form: names in lower case, IPv6 in its shortest form, IPv4-mapped IPv6 as IPv4. A link-local
 * address may have a zone of this machine, `[fe80::1%eth0]:1378`, which no message carries.
 *
 * @throws ProtocolError `bad-address`
 * @see docs/protocol.md, "Addresses"
 */
export function parsePeerAddress(text: string): PeerAddress {
  const parsed = tryParsePeerAddress(text, normalLocalHost);
  if (parsed === undefined) {
    throw new ProtocolError(
      'bad-address',
      `expected an address as host:port, such as 127.0.0.1:1378 or [::1]:1378, got ${excerpt(text)}`,
    );
  }
  return parsed;
}

/**
 * Writes an address as `host:port` in its normal form. An IPv6 host gets brackets.
 *
 * @throws ProtocolError `bad-address`
 * @see docs/protocol.md, "Addresses"
 */
export function formatPeerAddress({ host, port }: PeerAddress): string {
  return join(parsePeerAddress(join({ host, port })));
}

/**
 * The normal form of `host:port` as a message may carry it, without a zone; `undefined` if the text is
 * not such an address.
 *
 * @see docs/protocol.md, "Addresses"
 */
export function normalPeerAddress(text: string): string | undefined {
  if (ipv4WithPort.test(text)) return text;
  const parsed = tryParsePeerAddress(text, normalHost);
  return parsed && join(parsed);
}

/**
 * The normal form of `host:port` as this machine knows it, see {@link parsePeerAddress}; `undefined` if
 * the text is not such an address.
 */
export function normalLocalPeerAddress(text: string): string | undefined {
  const parsed = tryParsePeerAddress(text, normalLocalHost);
  return parsed && join(parsed);
}

/**
 * The host of an address, an IPv6 one without brackets.
 *
 * @param address `host:port` in its normal form
 */
export function hostOf(address: string): string {
  const host = address.slice(0, address.lastIndexOf(':'));
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

/** Returns the normal form of a host, or `undefined` if it is none. */
type NormalForm = (host: string) => string | undefined;

function join({ host, port }: PeerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function tryParsePeerAddress(text: string, normal: NormalForm): PeerAddress | undefined {
  const colon = text.lastIndexOf(':');
  const digits = text.slice(colon + 1);
  if (colon < 1 || !port.test(digits)) return undefined;
  const host = hostInAddress(text.slice(0, colon), normal);
  return host === undefined ? undefined : { host, port: Number(digits) };
}

/** The normal form of what precedes the port: an IPv6 address, and nothing else, is in brackets. */
function hostInAddress(text: string, normal: NormalForm): string | undefined {
  const bracketed = text.startsWith('[') && text.endsWith(']');
  const host = bracketed ? text.slice(1, -1) : text;
  return host.includes(':') === bracketed ? normal(host) : undefined;
}
