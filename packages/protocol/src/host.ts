// Everything that is asked about a host: its normal form, which kind of IP address it is, and
// whether it is loopback, a wildcard or a single machine.

/** One of the four numbers of an IPv4 address, as a regular expression. */
const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';

/** An IPv4 address, as a regular expression. */
export const ipv4Pattern: string = [octet, octet, octet, octet].join('\\.');

const ipv4 = new RegExp(`^${ipv4Pattern}$`);
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const zonePattern = /^[\w.-]{1,64}$/;
const maxNameLength = 253;
const maxIpv6Length = 45;
const zeros: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0];

/**
 * The normal form of a host: names in lower case, IPv6 (without brackets) in its shortest form,
 * IPv4-mapped IPv6 as IPv4. `undefined` if the text is not a host.
 *
 * @see docs/protocol.md, "Addresses"
 */
export function normalHost(text: string): string | undefined {
  if (ipv4.test(text)) return text;
  return text.includes(':') ? normalIpv6(text) : normalName(text);
}

/**
 * The normal form of a host as this machine knows it: as {@link normalHost}, but a link-local IPv6
 * address may have a zone, `fe80::1%eth0`, which says on which of this machine's links it is. No message
 * carries a zone.
 *
 * @see docs/protocol.md, "Link-local addresses"
 */
export function normalLocalHost(text: string): string | undefined {
  const zone = zoneOf(text);
  if (zone === undefined) return normalHost(text);
  const host = normalHost(withoutZone(text));
  if (host === undefined || !isLinkLocal(host) || !zonePattern.test(zone)) return undefined;
  return `${host}%${zone}`;
}

/** The zone of a host, such as `eth0`; `undefined` if it has none. */
export function zoneOf(host: string): string | undefined {
  const start = host.indexOf('%');
  return start < 0 ? undefined : host.slice(start + 1);
}

/** A host without its zone, if it has one. */
export function withoutZone(host: string): string {
  const start = host.indexOf('%');
  return start < 0 ? host : host.slice(0, start);
}

/**
 * Whether a host is a link-local IPv6 address (fe80::/10), which means something on one link alone.
 *
 * @param host in its normal form, see {@link normalHost}; also with a zone
 */
export function isLinkLocal(host: string): boolean {
  return /^fe[89ab][0-9a-f]:/.test(host);
}

/**
 * The version of IP of a host: 4, 6, or `undefined` for a name.
 *
 * @param host in its normal form, see {@link normalHost}
 */
export function ipVersion(host: string): 4 | 6 | undefined {
  if (host.includes(':')) return 6;
  return ipv4.test(host) ? 4 : undefined;
}

/**
 * Whether a host is this machine itself: 127.0.0.0/8, `::1` or the name `localhost`.
 *
 * @param host in its normal form, see {@link normalHost}
 */
export function isLoopback(host: string): boolean {
  if (host.startsWith('127.')) return ipv4.test(host);
  return host === '::1' || host === 'localhost';
}

/**
 * Whether a host stands for every address of this machine, so that a socket bound to it listens on
 * all interfaces: `0.0.0.0` or `::`.
 *
 * @param host in its normal form, see {@link normalHost}
 */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/**
 * Whether an IP address can be that of a single machine: it is neither multicast (224.0.0.0/4,
 * ff00::/8) nor broadcast nor unspecified (0.0.0.0/8, `::`). False for a name.
 *
 * @param host in its normal form, see {@link normalHost}
 */
export function isUnicast(host: string): boolean {
  switch (ipVersion(host)) {
    case 4: {
      const first = Number(host.slice(0, host.indexOf('.')));
      return first !== 0 && (first < 224 || first > 239) && host !== '255.255.255.255';
    }
    case 6:
      return host !== '::' && !/^ff[0-9a-f]{2}:/.test(host);
    case undefined:
      return false;
  }
}

function normalName(text: string): string | undefined {
  if (text.length > maxNameLength) return undefined;
  const name = text.toLowerCase();
  const labels = name.split('.');
  // If the last label is digits alone, it is a mistyped IPv4 address.
  if (!labels.every((part) => label.test(part)) || /^\d+$/.test(labels.at(-1)!)) return undefined;
  return name;
}

/**
 * The normal form of an IPv6 address without brackets: the shortest one (RFC 5952), or the IPv4
 * address if the address is IPv4-mapped. `undefined` for any other text.
 *
 * The class URL could do this, but it is slow, above all when it throws: a datagram with thousands
 * of bad addresses would block the node.
 */
function normalIpv6(text: string): string | undefined {
  if (text.length > maxIpv6Length) return undefined;
  const groups = groupsOf(text.includes('.') ? withoutDots(text) : text);
  if (!groups) return undefined;
  const [high, low] = [groups[6]!, groups[7]!];
  if (groups[5] === 0xffff && groups.findIndex((value) => value !== 0) === 5) {
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return shortest(groups);
}

/** Replaces an IPv4 address at the end with two groups. Returns an empty text if there is none. */
function withoutDots(text: string): string {
  const start = text.lastIndexOf(':') + 1;
  const last = text.slice(start);
  if (!ipv4.test(last)) return '';
  const [a, b, c, d] = last.split('.').map(Number);
  return `${text.slice(0, start)}${((a! << 8) | b!).toString(16)}:${((c! << 8) | d!).toString(16)}`;
}

/** The eight groups as numbers, or `undefined` if the text is not an IPv6 address. */
function groupsOf(text: string): number[] | undefined {
  const groups: number[] = [];
  let gap = text.startsWith('::') ? 0 : -1;
  let at = gap === 0 ? 2 : 0;
  while (at < text.length) {
    const start = at;
    let value = 0;
    for (let digit; at < start + 4 && (digit = digitOf(text.charCodeAt(at))) >= 0; at += 1) {
      value = 16 * value + digit;
    }
    if (at === start || groups.push(value) > 8) return undefined;
    if (at === text.length) break;
    // A colon is followed by a group or, only once, by another colon.
    if (text[at] !== ':' || (at += 1) === text.length) return undefined;
    if (text[at] === ':') {
      if (gap >= 0) return undefined;
      gap = groups.length;
      at += 1;
    }
  }
  const missing = 8 - groups.length;
  if (gap < 0) return missing === 0 ? groups : undefined;
  // Two colons stand for at least one group.
  if (missing < 1) return undefined;
  return [...groups.slice(0, gap), ...zeros.slice(0, missing), ...groups.slice(gap)];
}

/** The value of a hexadecimal digit, or -1. */
function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Writes eight groups, leaving out the first of the longest runs of zeros. */
function shortest(groups: readonly number[]): string {
  let [start, length] = [0, 1];
  for (let from = 0; from < 8; from += 1) {
    let to = from;
    while (groups[to] === 0) to += 1;
    if (to - from > length) [start, length] = [from, to - from];
  }
  const [head, tail] = [groups.slice(0, start), groups.slice(start + length)];
  const write = (part: readonly number[]): string =>
    part.map((value) => value.toString(16)).join(':');
  return length > 1 ? `${write(head)}::${write(tail)}` : write(groups);
}
