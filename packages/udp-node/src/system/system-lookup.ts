// The system's resolver, with a choice among several addresses.
import { lookup } from 'node:dns/promises';
import { zoneOf } from '@peerlane/protocol';

/** An address as the system's resolver returns it: IPv6 has its zone behind a `%`. */
export interface FoundAddress {
  readonly address: string;
  readonly family: number;
}

/** Finds all addresses of a host name, the best first. */
export type FindAddresses = (host: string) => Promise<readonly FoundAddress[]>;

const systemAddresses: FindAddresses = (host) => lookup(host, { all: true });

/**
 * The system's own resolver: hosts file, DNS and others. Of several addresses it returns the first that
 * a node can use: the first address of `localhost` is often `::1`, which no IPv4 socket reaches. A node
 * that is bound to all addresses of both versions uses IPv4 first, by which every other node can be bound.
 * An address with a zone, such as `fe80::1%eth0`, is the last that is used.
 *
 * @param bound the IP address that a node is bound to, which has to reach what is found; without it, an
 * address to bind is looked for, which has no zone
 * @throws the resolver's error if the name has no address; an Error if none can be used
 */
export async function systemLookup(
  host: string,
  bound?: string,
  find: FindAddresses = systemAddresses,
): Promise<string> {
  // A link-local address is meant as it is, with its zone.
  if (host.includes('%')) return host;
  const found = await find(host);
  const [usable] = found
    .filter((each) => reaches(bound, each))
    .sort((one, other) => rank(bound, one) - rank(bound, other));
  if (usable) return usable.address;
  const all = found.map(({ address }) => address).join(', ');
  throw new Error(
    bound === undefined
      ? `${host} has no address that a node can be bound to, only ${all}`
      : `${host} has no address that a node at ${bound} reaches, only ${all}`,
  );
}

function reaches(bound: string | undefined, { address, family }: FoundAddress): boolean {
  if (bound === undefined) return zoneOf(address) === undefined;
  // A node that is bound to all interfaces by IPv6 reaches IPv4 too.
  if (bound === '::') return true;
  const isOnLink = zoneOf(bound) === undefined || zoneOf(address) === zoneOf(bound);
  return family === (bound.includes(':') ? 6 : 4) && (isOnLink || zoneOf(address) === undefined);
}

/** The place of an address among others, the best first; those of one place keep their order. */
function rank(bound: string | undefined, { address, family }: FoundAddress): number {
  if (zoneOf(address) !== undefined) return 2;
  return bound === '::' && family === 6 ? 1 : 0;
}
