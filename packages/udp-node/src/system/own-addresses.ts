// The addresses of this machine, and those under which a node can be reached.
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import {
  formatPeerAddress,
  hostOf,
  ipVersion,
  isLinkLocal,
  isLoopback,
  isWildcard,
  zoneOf,
  type PeerAddress,
} from '@peerlane/protocol';
import { sameNetwork } from './same-network.ts';

/** An address of this machine with its network, as `192.168.1.5/24`. */
interface Interface {
  readonly host: string;
  readonly cidr: string | null;
}

function interfaces(): Interface[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.map((entry) => ({ host: hostOn(name, entry), cidr: entry.cidr })),
  );
}

/**
 * An address of an interface as others of this machine name it: with the zone of the interface if it is
 * link-local.
 *
 * @param name the name of the interface
 */
export function hostOn(
  name: string,
  { address, scopeid }: Pick<NetworkInterfaceInfo, 'address' | 'scopeid'>,
  platform: NodeJS.Platform = process.platform,
): string {
  return isLinkLocal(address) ? `${address}%${zoneOfInterface(name, scopeid, platform)}` : address;
}

/** The zone by which the system knows an interface: its name or, on Windows, its number. */
export function zoneOfInterface(
  name: string,
  scopeid = 0,
  platform: NodeJS.Platform = process.platform,
): string {
  return platform === 'win32' ? String(scopeid) : name;
}

/** The address to which Debian's hosts file resolves the machine's own name. */
const debianSelf = '127.0.1.1';

/**
 * Every address under which a node that is bound to `bound` can be named: that one, or the address of
 * every interface if it is bound to all of them.
 */
export function ownAddresses(bound: PeerAddress): string[] {
  const hosts = isWildcard(bound.host) ? ownHosts() : [bound.host];
  return hosts.map((host) => formatPeerAddress({ host, port: bound.port }));
}

/** Every host by which this machine can be named. */
export function ownHosts(): string[] {
  return [...interfaces().map(({ host }) => host), debianSelf];
}

/**
 * The address under which a peer can reach a node: the one that it is bound to, or the one in the peer's
 * network if it is bound to all interfaces.
 */
export function ownAddressFor(peer: string, bound: PeerAddress): string | undefined {
  if (!isWildcard(bound.host)) return formatPeerAddress(bound);
  const host = hostOf(peer);
  const near = interfaces().find((own) => {
    if (isLoopback(host))
      return isLoopback(own.host) && ipVersion(own.host) === (ipVersion(host) ?? 4);
    return zoneOf(own.host) === zoneOf(host) && sameNetwork(host, own.cidr);
  });
  return near && formatPeerAddress({ host: near.host, port: bound.port });
}
