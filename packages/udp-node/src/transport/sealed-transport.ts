// A transport whose datagrams are sealed on their way out and opened on their way in.
import type { PeerAddress } from '@peerlane/protocol';
import type { Rate } from '../limits/token-bucket.ts';
import type { Opener } from './opener.ts';
import type { Sealing } from './sealing.ts';
import type { DatagramTransport, Receive } from './transport.ts';

/** Carries sealed datagrams over another transport. What does not open is not received. */
export class SealedTransport implements DatagramTransport {
  readonly #inner: DatagramTransport;
  readonly #sealing: Sealing;
  readonly #opener: Opener;

  /** @param rate the most datagrams of one stranger that are opened in vain */
  constructor(inner: DatagramTransport, sealing: Sealing, rate: Rate) {
    this.#inner = inner;
    this.#sealing = sealing;
    this.#opener = sealing.opener(rate);
  }

  get address(): PeerAddress {
    return this.#inner.address;
  }

  onDatagram(receive: Receive): void {
    this.#inner.onDatagram((sealed, from) => {
      const datagram = this.#opener.open(sealed, from);
      if (datagram) receive(datagram, from, sealed);
    });
  }

  send(datagram: Uint8Array, to: PeerAddress): Promise<void> {
    return this.#inner.send(this.#sealing.seal(datagram, to), to);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
