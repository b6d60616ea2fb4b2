import { formatPeerAddress, isLoopback, type PeerAddress } from '@peerlane/protocol';

/**
 * Who is held to account for a datagram: its machine, where the port is the sender's to choose; on
 * this machine, where each port may be another node, the address with the port.
 */
export function senderOf(from: PeerAddress): string {
  return isLoopback(from.host) ? formatPeerAddress(from) : from.host;
}
