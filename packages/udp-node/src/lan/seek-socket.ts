// The sockets by which a newcomer and an inviter find each other on the local network.
import type { Socket } from 'node:dgram';
import { isLoopback, isWildcard, ipVersion, type PeerAddress } from '@peerlane/protocol';
import { sourceOf } from '../transport/udp-transport.ts';
import type { Receive } from '../transport/transport.ts';
import { announcedInterfaces, discoveryGroup } from './lan-socket.ts';
import { announcedLinks, linkGroups, waysTo } from './link-socket.ts';
import { bindMulticast, eitherSends, sendOn, sendOnEach, type Way } from './multicast.ts';

/** A socket that asks a group of machines, or hears what the group is asked. */
export interface SeekSocket {
  /** Sets the one receiver. */
  onDatagram(receive: Receive): void;
  /** Asks on every interface that exists now. Rejects if the datagram could be sent on none. */
  ask(datagram: Uint8Array): Promise<void>;
  /** Listens from now on what is asked on the interfaces that exist now. */
  listen(): void;
  /** Answers one machine. Rejects with the system's error. */
  answer(datagram: Uint8Array, to: PeerAddress): Promise<void>;
  /** Stops. A second call has no effect. */
  close(): Promise<void>;
}

/** Whether a socket asks from a port of its own, or hears the group at the port of all nodes. */
export type SeekRole = 'asks' | 'hears';

/**
 * Opens a socket on the interfaces of a host: on all for `0.0.0.0` and `::`, or on the one that has that
 * address.
 *
 * @throws the system's error if the port cannot be bound
 */
export async function openSeekSocket(
  host: string,
  role: SeekRole,
  port: number = discoveryGroup.port,
): Promise<SeekSocket> {
  const group = { ...discoveryGroup, port };
  if (ipVersion(host) === 4) return new SeekBy4(await open('udp4', role, port), host, group);
  if (!isWildcard(host) && !isLoopback(host))
    return new SeekBy6(await open('udp6', role, port), host, port);
  // Multicast on loopback exists by IPv4 alone.
  if (!isWildcard(host)) return new SeekBy4(await open('udp4', role, port), '127.0.0.1', group);
  const by4 = new SeekBy4(await open('udp4', role, port), '0.0.0.0', group);
  try {
    return both(by4, new SeekBy6(await open('udp6', role, port), host, port));
  } catch {
    // Here IPv6 is turned off.
    return by4;
  }
}

async function open(type: 'udp4' | 'udp6', role: SeekRole, port: number): Promise<Socket> {
  const ipv6Only = type === 'udp6';
  // Answers to a shared port would go to the program that has bound it last.
  if (role === 'asks') return await bindMulticast({ type, ipv6Only }, { port: 0 });
  return await bindMulticast({ type, ipv6Only, reuseAddr: true }, { port });
}

/** What the sockets of both versions of IP have in common. */
abstract class Seek implements SeekSocket {
  protected readonly socket: Socket;
  #closed: Promise<void> | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  abstract ask(datagram: Uint8Array): Promise<void>;
  abstract listen(): void;

  onDatagram(receive: Receive): void {
    this.socket.removeAllListeners('message');
    this.socket.on('message', (datagram, { address, port }) => {
      const from = sourceOf(address, port);
      if (from !== undefined) receive(datagram, from);
    });
  }

  async answer(datagram: Uint8Array, to: PeerAddress): Promise<void> {
    if (!this.#closed) await sendOn(this.socket, datagram, to);
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.socket.close(resolve);
    });
    return this.#closed;
  }

  /** Sends on each of several interfaces. Rejects if it fails on all, unless the socket is closed. */
  protected async sendOnEach(datagram: Uint8Array, ways: readonly Way[]): Promise<void> {
    try {
      await sendOnEach(this.socket, datagram, ways, 'no interface has such an address');
    } catch (error) {
      if (!this.#closed) throw error;
    }
  }

  /** Listens to a group on one interface. */
  protected hear(group: string, by: string): void {
    try {
      this.socket.addMembership(group, by);
    } catch {
      // Mostly the socket listens already.
    }
  }
}

class SeekBy4 extends Seek {
  readonly #host: string;
  readonly #group: PeerAddress;

  constructor(socket: Socket, host: string, group: PeerAddress) {
    super(socket);
    this.#host = host;
    this.#group = group;
  }

  async ask(datagram: Uint8Array): Promise<void> {
    const ways = announcedInterfaces(this.#host).map((by) => ({ by, to: this.#group }));
    await this.sendOnEach(datagram, ways);
  }

  listen(): void {
    for (const by of announcedInterfaces(this.#host)) this.hear(this.#group.host, by);
  }
}

class SeekBy6 extends Seek {
  readonly #host: string;
  readonly #port: number;

  constructor(socket: Socket, host: string, port: number) {
    super(socket);
    this.#host = host;
    this.#port = port;
  }

  /** A machine that can be reached by IPv4 asks only those that cannot: others answer by IPv4. */
  async ask(datagram: Uint8Array): Promise<void> {
    await this.sendOnEach(datagram, waysTo(announcedLinks(this.#host), this.#port));
  }

  listen(): void {
    for (const { zone, hasIpv4 } of announcedLinks(this.#host)) {
      this.hear(linkGroups.all, `::%${zone}`);
      if (!hasIpv4) this.hear(linkGroups.onlyIpv6, `::%${zone}`);
    }
  }
}

/** Two sockets as one, which fails only where both do. */
function both(one: SeekSocket, other: SeekSocket): SeekSocket {
  return {
    onDatagram: (receive) => {
      one.onDatagram(receive);
      other.onDatagram(receive);
    },
    ask: (datagram) => eitherSends(one.ask(datagram), other.ask(datagram)),
    listen: () => {
      one.listen();
      other.listen();
    },
    answer: (datagram, to) => (ipVersion(to.host) === 4 ? one : other).answer(datagram, to),
    close: async () => {
      await Promise.all([one.close(), other.close()]);
    },
  };
}
