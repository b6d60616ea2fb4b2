// A network for tests, which loses, delays and doubles datagrams by a seed.
import { formatPeerAddress, parsePeerAddress, type PeerAddress } from '@peerlane/protocol';
import { checkNumber } from '../system/checks.ts';
import type { Clock } from '../system/clock.ts';
import type { DatagramTransport, Receive } from '../transport/transport.ts';
import { seededRandom } from './random.ts';

/** The faults of a {@link MemoryNetwork}. With the same seed the same traffic has the same faults. */
export interface NetworkOptions {
  /** @default 0 */
  readonly seed?: number;
  /**
   * The time from sending to receiving, in milliseconds.
   * @default 1
   */
  readonly delay?: number;
  /**
   * The most milliseconds that are added at random: datagrams overtake each other.
   * @default 0
   */
  readonly jitter?: number;
  /**
   * The share of datagrams that are lost, from 0 to 1.
   * @default 0
   */
  readonly loss?: number;
  /**
   * The share of datagrams that arrive twice, from 0 to 1.
   * @default 0
   */
  readonly duplication?: number;
}

/** A datagram that was sent, and when. */
export interface SentDatagram {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
}

/** A network in memory, for many nodes in one process and in virtual time. */
export class MemoryNetwork {
  readonly #clock: Clock;
  readonly #options: Required<NetworkOptions>;
  readonly #random: () => number;
  readonly #transports = new Map<string, MemoryTransport>();
  readonly #silent = new Set<string>();
  readonly #watchers: ((datagram: SentDatagram) => void)[] = [];
  #separated: (from: string, to: string) => boolean = () => false;

  /** @throws RangeError that names a bad option */
  constructor(clock: Clock, options: NetworkOptions = {}) {
    this.#clock = clock;
    this.#options = { seed: 0, delay: 1, jitter: 0, loss: 0, duplication: 0, ...options };
    const { delay, jitter, loss, duplication } = this.#options;
    for (const [name, part] of Object.entries({ loss, duplication })) checkNumber(name, part, 0, 1);
    for (const [name, time] of Object.entries({ delay, jitter }))
      checkNumber(name, time, 0, Number.MAX_SAFE_INTEGER);
    this.#random = seededRandom(this.#options.seed);
  }

  /** Binds a transport to a free address. */
  open(address: PeerAddress): DatagramTransport {
    const key = formatPeerAddress(address);
    if (this.#transports.has(key)) throw new Error(`${key} is in use`);
    this.#silent.delete(key);
    const transport = new MemoryTransport(address, {
      send: (bytes, to) => {
        this.#send({ at: this.#clock.now(), from: key, to: formatPeerAddress(to), bytes });
      },
      close: () => this.#transports.delete(key),
    });
    this.#transports.set(key, transport);
    return transport;
  }

  /** Sends a datagram in the name of an address, which may be in use. */
  forge(bytes: Uint8Array, from: string, to: string): void {
    this.#send({ at: this.#clock.now(), from, to, bytes });
  }

  /** Calls `watcher` for each datagram that is sent, whether it arrives or not. */
  watch(watcher: (datagram: SentDatagram) => void): void {
    this.#watchers.push(watcher);
  }

  /** Lets nothing pass between addresses for which `separated` is true, until `heal` is called. */
  partition(separated: (from: string, to: string) => boolean): void {
    this.#separated = separated;
  }

  /** Loses everything that an address sends until it is opened anew: its node has died. */
  silence(address: string): void {
    this.#silent.add(address);
  }

  /** Ends a partition. */
  heal(): void {
    this.#separated = () => false;
  }

  #send(datagram: SentDatagram): void {
    for (const watcher of this.#watchers) watcher(datagram);
    const { loss, duplication } = this.#options;
    if (this.#silent.has(datagram.from) || this.#separated(datagram.from, datagram.to)) return;
    if (this.#random() >= loss) this.#deliver(datagram);
    if (duplication > 0 && this.#random() < duplication) this.#deliver(datagram);
  }

  #deliver({ from, to, bytes }: SentDatagram): void {
    const { delay, jitter } = this.#options;
    const pause = delay + (jitter > 0 ? Math.floor(this.#random() * (jitter + 1)) : 0);
    this.#clock.schedule(() => {
      this.#transports.get(to)?.deliver(bytes, from);
    }, pause);
  }
}

/** The network as a transport uses it. */
interface Network {
  send(bytes: Uint8Array, to: PeerAddress): void;
  close(): void;
}

class MemoryTransport implements DatagramTransport {
  readonly address: PeerAddress;
  readonly #network: Network;
  #receive: Receive | undefined;
  #closed = false;

  constructor(address: PeerAddress, network: Network) {
    this.address = address;
    this.#network = network;
  }

  onDatagram(receive: Receive): void {
    this.#receive = receive;
  }

  send(bytes: Uint8Array, to: PeerAddress): Promise<void> {
    if (!this.#closed) this.#network.send(bytes, to);
    return Promise.resolve();
  }

  close(): Promise<void> {
    if (!this.#closed) this.#network.close();
    this.#closed = true;
    return Promise.resolve();
  }

  deliver(bytes: Uint8Array, from: string): void {
    this.#receive?.(bytes, parsePeerAddress(from));
  }
}
