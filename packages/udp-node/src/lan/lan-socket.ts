// The multicast socket by which nodes of a local network find each other.
import type { Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { ipVersion, isLoopback, isWildcard, type PeerAddress } from '@peerlane/protocol';
import { bindMulticast, sendOnEach } from './multicast.ts';
import type { Receive } from '../transport/transport.ts';

/** The group that nodes announce themselves to, and the port on which they listen for it. */
export const discoveryGroup: PeerAddress = { host: '239.255.13.78', port: 13_780 };

/** How announcements reach the local network and come from it. */
export interface LanSocket {
  /** Sets the one receiver. */
  onDatagram(receive: Receive): void;
  /**
   * Sends on every interface that exists now, and listens on it from now on. Rejects if the datagram
   * could be sent on none.
   */
  announce(datagram: Uint8Array): Promise<void>;
  /** Stops. A second call has no effect. */
  close(): Promise<void>;
}

/**
 * Opens a multicast socket on the interfaces to which a node is bound: on all for `0.0.0.0`, or on the
 * one that has that address. Announcements do not leave the local network.
 *
 * @throws the system's error if the port cannot be bound
 */
export async function openLanSocket(
  bound: string,
  group: PeerAddress = discoveryGroup,
): Promise<LanSocket> {
  // All nodes of a machine listen on this one port. No other port may be shared: on Windows another
  // program would get its datagrams.
  const socket = await bindMulticast({ type: 'udp4', reuseAddr: true }, { port: group.port });
  return new MulticastSocket(socket, bound, group);
}

/** The IPv4 addresses of the interfaces on which a node that is bound to `bound` announces itself. */
export function announcedInterfaces(
  bound: string,
  found: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): string[] {
  const addresses = Object.values(found)
    .flatMap((entries) => entries ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address }) => address);
  if (isWildcard(bound)) return addresses;
  // All of 127.0.0.0/8 belongs to the loopback interface, which is listed by its first address.
  const loopback = isLoopback(bound) && ipVersion(bound) === 4;
  return addresses.filter((address) => address === bound || (loopback && isLoopback(address)));
}

class MulticastSocket implements LanSocket {
  readonly #socket: Socket;
  readonly #bound: string;
  readonly #group: PeerAddress;
  readonly #joined = new Set<string>();
  #closed: Promise<void> | undefined;

  constructor(socket: Socket, bound: string, group: PeerAddress) {
    this.#socket = socket;
    this.#bound = bound;
    this.#group = group;
  }

  onDatagram(receive: Receive): void {
    this.#socket.removeAllListeners('message');
    this.#socket.on('message', (datagram, { address, port }) => {
      receive(datagram, { host: address, port });
    });
  }

  async announce(datagram: Uint8Array): Promise<void> {
    const current = announcedInterfaces(this.#bound);
    for (const address of this.#joined) if (!current.includes(address)) this.#leave(address);
    for (const address of current) this.#join(address);
    const ways = current.map((by) => ({ by, to: this.#group }));
    try {
      await sendOnEach(this.#socket, datagram, ways, 'no interface has an IPv4 address');
    } catch (error) {
      if (!this.#closed) throw error;
    }
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#socket.close(resolve);
    });
    return this.#closed;
  }

  /** Joins each time anew: an interface that comes back has its old address, but is a new one. */
  #join(address: string): void {
    try {
      this.#socket.addMembership(this.#group.host, address);
      this.#joined.add(address);
    } catch {
      // Mostly the socket has joined already. If it cannot join, others still hear us and answer directly.
    }
  }

  #leave(address: string): void {
    this.#joined.delete(address);
    try {
      this.#socket.dropMembership(this.#group.host, address);
    } catch {
      // The membership went together with its interface.
    }
  }
}
