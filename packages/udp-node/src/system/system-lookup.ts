// The system's resolver, with a choice among several addresses.
import { lookup } from 'node:dns/promises';

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
 * a node can use. The first address of the machine's own name often has a zone, as `fe80::1%lo0`, which
 * means something on this machine alone; that of `localhost` is often `::1`, which no IPv4 socket
 * reaches.
 *
 * @param bound the IP address that a node is bound to, which has to reach what is found
 * @throws the resolver's error if the name has no address; an Error if none can be used
 */
export async function systemLookup(
  host: string,
  bound = '::',
  find: FindAddresses = systemAddresses,
): Promise<string> {
  // A link-local address is meant as it is, with its zone.
  if (host.includes('%')) return host;
  const found = await find(host);
  const usable = found.find((each) => reaches(bound, each));
  if (usable) return usable.address;
  const all = found.map(({ address }) => address).join(', ');
  throw new Error(`${host} has no address that a node at ${bound} reaches, only ${all}`);
}

function reaches(bound: string, { address, family }: FoundAddress): boolean {
  if (address.includes('%')) return false;
  // A node that is bound to all interfaces by IPv6 reaches IPv4 too.
  return bound === '::' || family === (bound.includes(':') ? 6 : 4);
}
