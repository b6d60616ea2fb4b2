// Opens the sockets by which a node is found on the local network, by each version of IP that it speaks.
import { ipVersion, isWildcard, type PeerAddress } from '@peerlane/protocol';
import { discoveryGroup, openLanSocket, type LanSocket } from './lan-socket.ts';
import { openLinkSocket } from './link-socket.ts';
import { eitherSends } from './multicast.ts';

/**
 * Opens the sockets on the interfaces to which a node is bound.
 *
 * @throws the system's error if the port cannot be bound; an Error if it is the node's own
 */
export async function openLan({ host, port }: PeerAddress): Promise<LanSocket> {
  // Windows would share the port, and the node would miss what is sent to it.
  if (port === discoveryGroup.port)
    throw new Error(`port ${port}, on which nodes are found, is this node's own`);
  if (ipVersion(host) === 4) return await openLanSocket(host);
  if (!isWildcard(host)) return await openLinkSocket(host, discoveryGroup.port);
  // A node that is bound to all interfaces by IPv6 reaches IPv4 too.
  const byIpv4 = await openLanSocket(host);
  try {
    return both(byIpv4, await openLinkSocket(host, discoveryGroup.port));
  } catch {
    // Here IPv6 is turned off, or knows no multicast.
    return byIpv4;
  }
}

/** Two sockets as one, which fails only where both do. */
function both(one: LanSocket, other: LanSocket): LanSocket {
  return {
    onDatagram: (receive) => {
      one.onDatagram(receive);
      other.onDatagram(receive);
    },
    announce: (datagram) => eitherSends(one.announce(datagram), other.announce(datagram)),
    close: async () => {
      await Promise.all([one.close(), other.close()]);
    },
  };
}
