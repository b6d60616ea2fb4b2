import {
  decodeMessage,
  encodeMessage,
  formatPeerAddress,
  hostOf,
  isLoopback,
  isWildcard,
  parsePeerAddress,
  type DiscoverExtension,
} from '@peerlane/protocol';
import type { Clock, Timer } from '../system/clock.ts';
import type { LanSocket } from './lan-socket.ts';
import { reasonOf } from '../system/reason.ts';
import { TokenBuckets } from '../limits/token-bucket.ts';

/** What {@link LanDiscovery} needs of its node. */
export interface LanDiscoveryOptions {
  readonly socket: LanSocket;
  readonly clock: Clock;
  /** In milliseconds. */
  readonly period: number;
  /** Where the node is bound, as `host:port`. */
  readonly own: string;
  /** What the node says of itself. */
  readonly extension: DiscoverExtension;
  /** Called with the address of each other node that announces itself, and the bytes that came. */
  readonly onFound: (address: string, size: number) => void;
  /** Called once where the network takes no announcements. */
  readonly onFailure: (reason: string) => void;
}

/** A second announcement follows the first after so many milliseconds, in case that is lost. */
const secondAfter = 300;

/** How many announcements are taken from one machine. */
const rate = { perSecond: 20, burst: 200 };

/** Announces a node to the local network and hears of others there. */
export class LanDiscovery {
  readonly #options: LanDiscoveryOptions;
  readonly #datagram: Uint8Array;
  readonly #buckets = new TokenBuckets(rate);
  #timer: Timer | undefined;
  #failed = false;
  #closed = false;

  constructor(options: LanDiscoveryOptions) {
    this.#options = options;
    const { own, extension, socket } = options;
    this.#datagram = encodeMessage({ type: 'discover', addresses: [own], extension });
    socket.onDatagram((datagram, { host }) => {
      this.#receive(datagram, host);
    });
    this.#timer = options.clock.schedule(() => {
      this.#announce(secondAfter);
    }, 0);
  }

  /** Stops. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#options.socket.close();
  }

  #announce(pause: number): void {
    const { socket, clock, period } = this.#options;
    socket.announce(this.#datagram).catch((error: unknown) => {
      if (!this.#failed) this.#options.onFailure(reasonOf(error));
      this.#failed = true;
    });
    this.#timer = clock.schedule(() => {
      this.#announce(period);
    }, pause);
  }

  #receive(datagram: Uint8Array, host: string): void {
    const { clock, extension, onFound } = this.#options;
    if (this.#closed || !this.#buckets.take(host, clock.now())) return;
    try {
      const message = decodeMessage(datagram);
      if (message.type !== 'discover' || message.extension === undefined) return;
      if (message.extension.id === extension.id) return;
      const [named] = message.addresses;
      if (named !== undefined && this.#reaches(host))
        onFound(addressOf(host, named), datagram.length);
    } catch {
      // Whatever else is sent to the group is none of ours.
    }
  }

  /**
   * Whether the node can reach a machine from where it is bound. The system hands over what came on
   * any interface that any program on this machine listens to.
   */
  #reaches(host: string): boolean {
    const own = hostOf(this.#options.own);
    return isWildcard(own) || isLoopback(own) === isLoopback(host);
  }
}

/**
 * The address of who announced itself: where the datagram came from, with the port that it names. On
 * this machine the source is the interface's first address, whichever loopback address a node has.
 */
function addressOf(host: string, named: string): string {
  const { host: namedHost, port } = parsePeerAddress(named);
  const own = isLoopback(host) && isLoopback(namedHost);
  return formatPeerAddress({ host: own ? namedHost : host, port });
}
