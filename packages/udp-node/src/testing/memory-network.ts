import { formatPeerAddress, parsePeerAddress, type PeerAddress } from '@peerlane/protocol';
import type { Clock } from '../clock.ts';
import type { DatagramTransport, Receive } from '../transport.ts';

/** A datagram as it crossed a {@link MemoryNetwork}. */
export interface SentDatagram {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/** A network in memory, for many nodes in one process and in virtual time. */
export class MemoryNetwork {
  /** All that was sent, in order. */
  readonly sent: SentDatagram[] = [];
  readonly #clock: Clock;
  readonly #delay: number;
  readonly #transports = new Map<string, MemoryTransport>();

  /** `delay`: milliseconds from sending to receiving. */
  constructor(clock: Clock, { delay = 1 }: { readonly delay?: number } = {}) {
    this.#clock = clock;
    this.#delay = delay;
  }

  /** Binds a transport to an address that nobody has. */
  open(address: PeerAddress): DatagramTransport {
    const key = formatPeerAddress(address);
    if (this.#transports.has(key)) throw new Error(`${key} is in use`);
    const transport = new MemoryTransport(address, {
      send: (datagram, to) => {
        this.#send(datagram, key, to);
      },
      close: () => {
        this.#transports.delete(key);
      },
    });
    this.#transports.set(key, transport);
    return transport;
  }

  #send(datagram: Uint8Array, from: string, to: PeerAddress): void {
    const bytes = datagram.slice();
    this.sent.push({
      at: this.#clock.now(),
      from,
      to: formatPeerAddress(to),
      text: new TextDecoder().decode(bytes),
    });
    this.#clock.schedule(() => {
      this.#transports.get(formatPeerAddress(to))?.deliver(bytes, from);
    }, this.#delay);
  }
}

class MemoryTransport implements DatagramTransport {
  readonly address: PeerAddress;
  readonly #network: {
    send(datagram: Uint8Array, to: PeerAddress): void;
    close(): void;
  };
  #receive: Receive | undefined;
  #closed = false;

  constructor(
    address: PeerAddress,
    network: { send(datagram: Uint8Array, to: PeerAddress): void; close(): void },
  ) {
    this.address = address;
    this.#network = network;
  }

  onDatagram(receive: Receive): void {
    this.#receive = receive;
  }

  send(datagram: Uint8Array, to: PeerAddress): Promise<void> {
    if (!this.#closed) this.#network.send(datagram, to);
    return Promise.resolve();
  }

  close(): Promise<void> {
    if (!this.#closed) this.#network.close();
    this.#closed = true;
    return Promise.resolve();
  }

  deliver(datagram: Uint8Array, from: string): void {
    this.#receive?.(datagram, parsePeerAddress(from));
  }
}
