// The multicast socket by which nodes of a link find each other by IPv6.
import type { Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { isLinkLocal, isWildcard } from '@peerlane/protocol';
import { hostOn, zoneOfInterface } from '../system/own-addresses.ts';
import { sourceOf } from '../transport/udp-transport.ts';
import type { Receive } from '../transport/transport.ts';
import type { LanSocket } from './lan-socket.ts';
import { bindMulticast, sendOnEach, type Way } from './multicast.ts';

/**
 * The IPv6 groups that nodes announce themselves to. A node that can be found by IPv4 announces itself
 * to the second one alone, so that it is not found twice by those that hear it by IPv4.
 *
 * @see docs/protocol.md, "Finding members on a local network"
 */
export const linkGroups = {
  /** All nodes listen to it. */
  all: 'ff12::a713:1378',
  /** Nodes listen to it that cannot be reached by IPv4. */
  onlyIpv6: 'ff12::a713:1379',
} as const;

/** A link on which a node announces itself by IPv6. */
export interface Link {
  /** The zone of its interface, such as `eth0`. */
  readonly zone: string;
  /** Whether the node can be reached by IPv4 there too. */
  readonly hasIpv4: boolean;
}

/** The links on which a node that is bound to an IPv6 address announces itself. */
export function announcedLinks(
  bound: string,
  found: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): Link[] {
  return Object.entries(found).flatMap(([name, entries = []]) => {
    const own = entries.filter(
      (entry) =>
        entry.family === 'IPv6' &&
        !entry.internal &&
        (isWildcard(bound) ? isLinkLocal(entry.address) : hostOn(name, entry) === bound),
    );
    if (own.length === 0) return [];
    const scopes = entries.map((entry) => entry.scopeid ?? 0);
    const zone = zoneOfInterface(name, Math.max(...scopes));
    return [
      { zone, hasIpv4: isWildcard(bound) && entries.some(({ family }) => family === 'IPv4') },
    ];
  });
}

/** The groups that a node sends to on its links: those that hear it by IPv4 need not hear it by IPv6 too. */
export function waysTo(links: readonly Link[], port: number): Way[] {
  return links.map(({ zone, hasIpv4 }) => {
    const host = hasIpv4 ? linkGroups.onlyIpv6 : linkGroups.all;
    return { by: `::%${zone}`, to: { host, port } };
  });
}

/**
 * Opens a multicast socket for IPv6 on the links to which a node is bound: on all for `::`, or on the one
 * that has that address. Announcements do not leave their link.
 *
 * @throws the system's error if the port cannot be bound
 */
export async function openLinkSocket(bound: string, port: number): Promise<LanSocket> {
  const receiver = await bindMulticast({ type: 'udp6', reuseAddr: true, ipv6Only: true }, { port });
  if (isWildcard(bound)) return new LinkSocket(receiver, receiver, bound, port);
  try {
    // Others join the source of an announcement, which is the address that the socket is bound to.
    const options = { type: 'udp6', ipv6Only: true } as const;
    const sender = await bindMulticast(options, { port: 0, address: bound });
    return new LinkSocket(receiver, sender, bound, port);
  } catch (error) {
    receiver.close();
    throw error;
  }
}

class LinkSocket implements LanSocket {
  readonly #receiver: Socket;
  readonly #sender: Socket;
  readonly #bound: string;
  readonly #port: number;
  #closed: Promise<void> | undefined;

  constructor(receiver: Socket, sender: Socket, bound: string, port: number) {
    this.#receiver = receiver;
    this.#sender = sender;
    this.#bound = bound;
    this.#port = port;
  }

  onDatagram(receive: Receive): void {
    this.#receiver.removeAllListeners('message');
    this.#receiver.on('message', (datagram, { address, port }) => {
      const from = sourceOf(address, port);
      if (from !== undefined) receive(datagram, from);
    });
  }

  async announce(datagram: Uint8Array): Promise<void> {
    const links = announcedLinks(this.#bound);
    for (const { zone, hasIpv4 } of links) {
      this.#listen('addMembership', linkGroups.all, zone);
      this.#listen(hasIpv4 ? 'dropMembership' : 'addMembership', linkGroups.onlyIpv6, zone);
    }
    const ways = waysTo(links, this.#port);
    try {
      await sendOnEach(this.#sender, datagram, ways, 'no interface has a link-local IPv6 address');
    } catch (error) {
      if (!this.#closed) throw error;
    }
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all(
      [...new Set([this.#receiver, this.#sender])].map(
        (socket) => new Promise<void>((resolve) => socket.close(resolve)),
      ),
    ).then(() => undefined);
    return this.#closed;
  }

  #listen(change: 'addMembership' | 'dropMembership', group: string, zone: string): void {
    try {
      this.#receiver[change](group, `::%${zone}`);
    } catch {
      // Mostly the socket listens already, or never did. If it cannot, others still hear us and answer.
    }
  }
}
