// How datagrams leave and enter a node, whatever carries them.
import type { PeerAddress } from '@peerlane/protocol';

/**
 * Called for each datagram that comes in. `from.host` is an IP address. `sealed`: the same datagram as it
 * crossed the wire, where it was sealed.
 */
export type Receive = (datagram: Uint8Array, from: PeerAddress, sealed?: Uint8Array) => void;

/**
 * Carries datagrams: UDP, or a network in memory. Datagrams may be lost, doubled and reordered.
 */
export interface DatagramTransport {
  /** The address to which this transport is bound. `host` is an IP address. */
  readonly address: PeerAddress;
  /** Sets the one receiver. Datagrams that came before are not kept. */
  onDatagram(receive: Receive): void;
  /**
   * Sends one datagram to an IP address: at once, unless an earlier one still waits to leave. Resolves
   * once it has left, whether or not anybody is at the address. Rejects if it could not be sent; the next
   * one leaves all the same. After `close` it has no effect.
   */
  send(datagram: Uint8Array, to: PeerAddress): Promise<void>;
  /** Stops: nothing is received from now on. A second call has no effect. */
  close(): Promise<void>;
}
