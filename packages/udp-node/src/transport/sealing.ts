// What a sealed node has between itself and its sockets: seals what goes out, opens what comes in, and
// counts what does not open.
import { formatPeerAddress, type PeerAddress } from '@peerlane/protocol';
import type { Rate } from '../limits/token-bucket.ts';
import type { Clock } from '../system/clock.ts';
import type { DatagramSeal } from './datagram-seal.ts';
import { Opener, type Refusal, type RefusedDatagram } from './opener.ts';

/** Hears what a {@link Sealing} does. */
export interface SealingListener {
  /** A datagram is about to leave for the peer at that `host:port`. */
  readonly onSent: (datagram: Uint8Array, peer: string, sealed: Uint8Array) => void;
  /** A datagram was dropped. */
  readonly onRefused: (refused: RefusedDatagram) => void;
}

/** Seals and opens the datagrams of a node, those of its transport and of its local network alike. */
export class Sealing {
  readonly #seal: DatagramSeal;
  readonly #clock: Clock;
  readonly #refused: Record<Refusal, number> = {
    ...{ 'not-sealed': 0, 'other-key': 0, forged: 0, replayed: 0, flood: 0 },
  };
  #listener: SealingListener | undefined;

  constructor(seal: DatagramSeal, clock: Clock) {
    this.#seal = seal;
    this.#clock = clock;
  }

  /** How many datagrams were dropped, by the reason. */
  get refused(): Readonly<Record<Refusal, number>> {
    return { ...this.#refused };
  }

  /** Sets the one listener. */
  listen(listener: SealingListener): void {
    this.#listener = listener;
  }

  /** The datagram as it goes out: to an address, or to all of the local network. */
  seal(datagram: Uint8Array, to?: PeerAddress): Uint8Array {
    const sealed = this.#seal.seal(datagram);
    if (to) this.#listener?.onSent(datagram, formatPeerAddress(to), sealed);
    return sealed;
  }

  /** Opens the datagrams of one socket, of which each stranger may send that many in vain. */
  opener(rate: Rate): Opener {
    return new Opener({
      ...{ seal: this.#seal, clock: this.#clock, rate },
      onRefused: (refused) => {
        this.#refused[refused.reason] += 1;
        this.#listener?.onRefused(refused);
      },
    });
  }
}
