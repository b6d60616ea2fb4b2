// The addresses at which others reach a node, as a person is shown them.
import { networkInterfaces } from 'node:os';
import { formatPeerAddress, isLinkLocal, isWildcard, type PeerAddress } from '@peerlane/protocol';
import { hostOn } from '@peerlane/udp-node';

/**
 * The addresses of a node: those of every interface, if it is bound to all. A link-local address is shown
 * only if its interface has no other.
 */
export function ownAddresses(
  { host, port }: PeerAddress,
  found: ReturnType<typeof networkInterfaces> = networkInterfaces(),
  platform: NodeJS.Platform = process.platform,
): string[] {
  if (!isWildcard(host)) return [formatPeerAddress({ host, port })];
  return Object.entries(found)
    .flatMap(([name, entries = []]) => {
      const outside = entries
        .filter(({ internal, family }) => !internal && (host === '::' || family === 'IPv4'))
        .map((entry) => hostOn(name, entry, platform));
      const others = outside.filter((address) => !isLinkLocal(address));
      return others.length > 0 ? others : outside;
    })
    .concat('127.0.0.1')
    .map((address) => formatPeerAddress({ host: address, port }));
}
