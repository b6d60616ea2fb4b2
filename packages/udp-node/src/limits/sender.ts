// The sender that a datagram counts for.
import { formatPeerAddress, isLoopback, type PeerAddress } from '@peerlane/protocol';

/**
 * The sender that a datagram counts for: its machine, for a machine can choose any port. On this
 * machine, where each port may be another node, the address with the port.
 */
export function senderOf(from: PeerAddress): string {
  return isLoopback(from.host) ? formatPeerAddress(from) : from.host;
}
