// Announces a node to the local network and hears the announcements of others.
import {
  datagramForm,
  decodeMessage,
  formatPeerAddress,
  isLoopback,
  parsePeerAddress,
  withoutZone,
  type DiscoverExtension,
  type DiscoverMessage,
  type PeerAddress,
} from '@peerlane/protocol';
import type { Clock, Timer } from '../system/clock.ts';
import type { LanSocket } from './lan-socket.ts';
import type { Allow } from '../limits/allow.ts';
import { reaches } from './reach.ts';
import { ownAddresses } from '../system/own-addresses.ts';
import { reasonOf } from '../system/reason.ts';
import { TokenBuckets, type Rate } from '../limits/token-bucket.ts';

/** How often a node announces itself, and where. */
export interface LanDiscoveryOptions {
  readonly settings: {
    readonly clock: Clock;
    /** The time between two announcements, in milliseconds. */
    readonly period: number;
    readonly allow: Allow;
  };
  readonly socket: LanSocket;
  /** The address to which the node is bound. */
  readonly bound: PeerAddress;
  /** Whether the node warns if no announcement can be sent. */
  readonly warns: boolean;
}

/** The node that {@link LanDiscovery} announces. */
export interface AnnouncedNode {
  /** The node's description of itself. */
  readonly selfDescription: DiscoverExtension;
  /** Sends an announcement to the local network. */
  readonly announce: (message: DiscoverMessage) => Promise<void>;
  /** Called for each other node that announces itself. */
  readonly onFound: (found: FoundNode) => void;
  /** Called for each sealed announcement that comes to an open node, with the IP address of its sender. */
  readonly onSealed: (host: string) => void;
  /** Called once if no announcement can be sent, where the node warns of that. */
  readonly onFailure: (reason: string) => void;
}

/** A node that has announced itself. */
export interface FoundNode {
  readonly address: string;
  readonly id: string;
  /** The length of its datagram on the wire, in bytes. */
  readonly size: number;
}

/** A datagram that was announced to the local network. */
interface Announcement {
  readonly datagram: Uint8Array;
  /** The IP address of its sender. */
  readonly host: string;
  /** The same as it crossed the wire, where it was sealed. */
  readonly sealed: Uint8Array | undefined;
}

/**
 * The pauses before the next announcements, in milliseconds: after 0.3, 1 and 3 seconds. The first one
 * may have been lost, and by chance nobody may have answered it.
 */
const pauses: readonly number[] = [300, 700, 2000];

/** The most announcements that are received from one machine. */
export const announcementRate: Rate = { perSecond: 20, burst: 200 };

/** Announces a node to the local network and hears of others there. */
export class LanDiscovery {
  /** The socket that sends the announcements. */
  readonly socket: LanSocket;
  readonly #options: LanDiscoveryOptions;
  readonly #own: string;
  readonly #buckets = new TokenBuckets(announcementRate);
  #timer: Timer | undefined;
  #begin: (() => void) | undefined;
  #failed = false;
  #closed = false;

  constructor(options: LanDiscoveryOptions) {
    this.#options = options;
    this.socket = options.socket;
    // The zone of a link-local address is that of this machine.
    const { host, port } = options.bound;
    this.#own = formatPeerAddress({ host: withoutZone(host), port });
  }

  /** Announces a node from now on: at once, after 0.3, 1 and 3 s, and then once in a period. */
  start(node: AnnouncedNode): void {
    this.socket.onDatagram((datagram, { host }, sealed) => {
      this.#receive(node, { datagram, host, sealed });
    });
    const extension = node.selfDescription;
    const message: DiscoverMessage = { type: 'discover', addresses: [this.#own], extension };
    this.#begin = () => {
      this.#timer?.cancel();
      this.#timer = this.#options.settings.clock.schedule(() => {
        this.#announce(node, message);
      }, 0);
    };
    this.#begin();
  }

  /** Announces the node as at its start: it was asleep, and others may have given it up. */
  restart(): void {
    if (!this.#closed) this.#begin?.();
  }

  /** Stops. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.socket.close();
  }

  #announce(node: AnnouncedNode, message: DiscoverMessage, attempt = 0): void {
    const { warns, settings } = this.#options;
    node.announce(message).catch((error: unknown) => {
      if (!this.#failed && warns) node.onFailure(reasonOf(error));
      this.#failed = true;
    });
    this.#timer = settings.clock.schedule(() => {
      this.#announce(node, message, attempt + 1);
    }, pauses[attempt] ?? settings.period);
  }

  #receive(node: AnnouncedNode, { datagram, host, sealed }: Announcement): void {
    const { settings, bound } = this.#options;
    const { selfDescription, onFound, onSealed } = node;
    if (this.#closed || !this.#buckets.consume(host, settings.clock.now())) return;
    if (!reaches(bound.host, host, settings.allow)) return;
    if (sealed === undefined && datagramForm(datagram) === 'sealed') {
      onSealed(host);
      return;
    }
    try {
      const message = decodeMessage(datagram);
      if (message.type !== 'discover' || message.extension === undefined) return;
      const { id } = message.extension;
      const [named] = message.addresses;
      if (named === undefined) return;
      const address = addressOf(host, named);
      // A copy of this running machine has its id too, at another address.
      if (id === selfDescription.id && ownAddresses(bound).includes(address)) return;
      onFound({ address, id, size: (sealed ?? datagram).length });
    } catch {
      // Other programs may use the same group.
    }
  }
}

/**
 * The address of the node that announced itself: the source of the datagram with the port that it
 * names. On this machine the source is the interface's first address, whichever loopback address the
 * node has.
 */
function addressOf(host: string, named: string): string {
  const { host: namedHost, port } = parsePeerAddress(named);
  const isOwnMachine = isLoopback(host) && isLoopback(namedHost);
  return formatPeerAddress({ host: isOwnMachine ? namedHost : host, port });
}
