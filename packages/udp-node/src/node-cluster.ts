import { Cluster } from '@peerlane/cluster';
import { formatPeerAddress, ipVersion, type PeerAddress } from '@peerlane/protocol';
import type { UdpNodeOptions } from './options.ts';
import { ownAddresses, ownAddressFor } from './system/own-addresses.ts';
import type { RandomBits } from './system/random.ts';

/** What a node of that `id`, which is bound to `bound`, knows of its cluster at the start. */
export function nodeCluster(
  options: UdpNodeOptions,
  bound: PeerAddress,
  id: string,
  random: RandomBits,
): Cluster {
  const { host, members = [], protocol = 2, period = 20_000, name, tcpPort, guest } = options;
  const known = { host: host ?? bound.host, port: bound.port };
  return new Cluster({
    self: [formatPeerAddress(known), ...ownAddresses(bound)],
    id,
    newPing: random,
    members,
    period,
    protocol,
    name,
    tcpPort,
    guest: guest ?? false,
    ownAddress: (peer) =>
      ipVersion(known.host) === undefined ? formatPeerAddress(known) : ownAddressFor(peer, bound),
  });
}
