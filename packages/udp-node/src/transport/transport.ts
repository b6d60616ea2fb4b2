import type { PeerAddress } from '@peerlane/protocol';

/** What a transport calls for each datagram that comes in. `from.host` is an IP address. */
export type Receive = (datagram: Uint8Array, from: PeerAddress) => void;

/**
 * How datagrams leave and enter a node: UDP, or a network in memory. Delivery is not promised,
 * neither once nor in order.
 */
export interface DatagramTransport {
  /** Where this transport is bound. `host` is an IP address. */
  readonly address: PeerAddress;
  /** Names the one receiver. What came before is not kept. */
  onDatagram(receive: Receive): void;
  /**
   * Sends one datagram to an IP address: at once, unless one that was sent before still waits to leave.
   * Resolves once it has left; rejects where it could not, and then the next one leaves all the same.
   * Whether anybody is at the address does not matter. After `close` it does nothing.
   */
  send(datagram: Uint8Array, to: PeerAddress): Promise<void>;
  /** Stops: nothing is received from now on. A second call does nothing more. */
  close(): Promise<void>;
}
