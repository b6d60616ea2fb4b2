import { networkInterfaces } from 'node:os';
import { formatPeerAddress, type PeerAddress } from '@peerlane/protocol';

/**
 * Every address under which a node that is bound to `bound` can be named: itself, and where it is
 * bound to all interfaces, the address of each.
 */
export function ownAddresses(bound: PeerAddress): string[] {
  const hosts = [bound.host];
  if (bound.host === '0.0.0.0' || bound.host === '::') {
    for (const addresses of Object.values(networkInterfaces())) {
      hosts.push(...(addresses ?? []).map(({ address }) => address));
    }
  }
  return hosts.map((host) => formatPeerAddress({ host, port: bound.port }));
}
