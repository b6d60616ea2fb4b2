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
   * Sends one datagram to an IP address. Resolves once it has left; rejects where it could not.
   * After `close` it does nothing.
   */
  send(datagram: Uint8Array, to: PeerAddress): Promise<void>;
  /** Stops: nothing is received from now on. A second call does nothing more. */
  close(): Promise<void>;
}
