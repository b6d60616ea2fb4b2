// The addresses at which others reach a node, as a person is shown them.
import { networkInterfaces } from 'node:os';
import { formatPeerAddress, isWildcard, type PeerAddress } from '@peerlane/protocol';

/** The addresses of a node: those of every interface, if it is bound to all. */
export function ownAddresses({ host, port }: PeerAddress): string[] {
  if (!isWildcard(host)) return [formatPeerAddress({ host, port })];
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => formatPeerAddress({ host: address, port }))
    .concat(formatPeerAddress({ host: '127.0.0.1', port }));
}
