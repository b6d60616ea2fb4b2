// A transport for a node on a loopback address that is to ask members on the network too, as they become
// known: it opens a socket for them when the first datagram is to go there.
import { ipVersion, isLoopback, type PeerAddress } from '@peerlane/protocol';
import type { DatagramTransport, Receive } from './transport.ts';

/** Binds a transport to an address. */
export type OpenTransport = (address: PeerAddress) => Promise<DatagramTransport>;

/** The address of all interfaces, by version of IP. */
const everywhere = { 4: '0.0.0.0', 6: '::' } as const;

/**
 * Sends to this machine from the loopback address to which it is bound, and to the network from a port of
 * its own. What comes to that port is received only from hosts that were sent something.
 */
export class OutwardTransport implements DatagramTransport {
  readonly #inner: DatagramTransport;
  readonly #open: OpenTransport;
  readonly #outer = new Map<4 | 6, Promise<DatagramTransport>>();
  readonly #sentTo = new Set<string>();
  #receive: Receive | undefined;
  #closed: Promise<void> | undefined;

  /** @param inner is bound to a loopback address */
  constructor(inner: DatagramTransport, open: OpenTransport) {
    this.#inner = inner;
    this.#open = open;
  }

  /** The loopback address; with the host `0.0.0.0` from when the network may send to this transport. */
  get address(): PeerAddress {
    const { address } = this.#inner;
    return this.#outer.size === 0 ? address : { ...address, host: everywhere[4] };
  }

  onDatagram(receive: Receive): void {
    this.#receive = receive;
    this.#inner.onDatagram(receive);
  }

  async send(datagram: Uint8Array, to: PeerAddress): Promise<void> {
    if (isLoopback(to.host)) return this.#inner.send(datagram, to);
    if (this.#closed) return;
    this.#sentTo.add(to.host);
    const outer = await this.#outerFor(ipVersion(to.host) ?? 4);
    await outer.send(datagram, to);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #outerFor(version: 4 | 6): Promise<DatagramTransport> {
    let outer = this.#outer.get(version);
    if (!outer) {
      outer = this.#openOuter(everywhere[version]);
      this.#outer.set(version, outer);
      outer.catch(() => this.#outer.delete(version));
    }
    return outer;
  }

  async #openOuter(host: string): Promise<DatagramTransport> {
    const outer = await this.#open({ host, port: 0 });
    outer.onDatagram((datagram, from) => {
      if (this.#sentTo.has(from.host)) this.#receive?.(datagram, from);
    });
    return outer;
  }

  async #close(): Promise<void> {
    const outer = [...this.#outer.values()].map((each) =>
      each.then((opened) => opened.close()).catch(() => undefined),
    );
    await Promise.all([this.#inner.close(), ...outer]);
  }
}
