// The addresses of this machine, and those under which a node can be reached.
import { networkInterfaces } from 'node:os';
import {
  formatPeerAddress,
  hostOf,
  isLoopback,
  isWildcard,
  type PeerAddress,
} from '@peerlane/protocol';

/** An address of this machine with its network, as `192.168.1.5/24`. */
interface Interface {
  readonly host: string;
  readonly cidr: string | null;
}

function interfaces(): Interface[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address, cidr }) => ({ host: address, cidr }));
}

/** The address to which Debian's hosts file resolves the machine's own name. */
const debianSelf = '127.0.1.1';

/**
 * Every address under which a node that is bound to `bound` can be named: that one, or the address of
 * every interface if it is bound to all of them.
 */
export function ownAddresses(bound: PeerAddress): string[] {
  const hosts = isWildcard(bound.host)
    ? [...interfaces().map(({ host }) => host), debianSelf]
    : [bound.host];
  return hosts.map((host) => formatPeerAddress({ host, port: bound.port }));
}

/**
 * The address under which a peer can reach a node: the one that it is bound to, or the one in the peer's
 * network if it is bound to all interfaces.
 */
export function ownAddressFor(peer: string, bound: PeerAddress): string | undefined {
  if (!isWildcard(bound.host)) return formatPeerAddress(bound);
  const host = hostOf(peer);
  const near = interfaces().find((own) =>
    isLoopback(host) ? isLoopback(own.host) : sameNetwork(host, own.cidr),
  );
  return near && formatPeerAddress({ host: near.host, port: bound.port });
}

/** Whether an IPv4 address lies in a network such as `192.168.1.5/24`. */
export function sameNetwork(host: string, cidr: string | null): boolean {
  const [network = '', prefix = ''] = (cidr ?? '').split('/');
  const [a, b] = [ipv4Number(host), ipv4Number(network)];
  if (a === undefined || b === undefined || prefix === '') return false;
  const hosts = 2 ** (32 - Number(prefix));
  return Math.floor(a / hosts) === Math.floor(b / hosts);
}

function ipv4Number(host: string): number | undefined {
  const parts = host.split('.').map(Number);
  if (parts.length !== 4 || !parts.every((part) => part >= 0 && part <= 255)) return undefined;
  return parts.reduce((number, part) => number * 256 + part, 0);
}
