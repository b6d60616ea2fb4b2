// Opens the datagrams that come in to a sealed node, as far as the limits allow, and reports the others.
import { datagramForm, maxDatagramBytes, type PeerAddress } from '@peerlane/protocol';
import { OpeningLimiter } from '../limits/opening-limiter.ts';
import { costOf, type Rate } from '../limits/token-bucket.ts';
import type { Clock } from '../system/clock.ts';
import type { DatagramSeal, SealFault } from './datagram-seal.ts';

/** Why a datagram was dropped: it did not open, or its sender is too fast for it to be tried. */
export type Refusal = SealFault | 'flood';

/** A datagram that was dropped. */
export interface RefusedDatagram {
  readonly reason: Refusal;
  readonly datagram: Uint8Array;
  readonly from: PeerAddress;
}

/** The parts of a node that an {@link Opener} uses. */
export interface OpenerOptions {
  readonly seal: DatagramSeal;
  readonly clock: Clock;
  /** The most datagrams of one stranger that are opened in vain. */
  readonly rate: Rate;
  readonly onRefused: (refused: RefusedDatagram) => void;
}

/** Opens the datagrams of one socket. */
export class Opener {
  readonly #options: OpenerOptions;
  readonly #limiter: OpeningLimiter;

  constructor(options: OpenerOptions) {
    this.#options = options;
    this.#limiter = new OpeningLimiter(options.rate);
  }

  /** What a datagram holds; `undefined` if it is refused. */
  open(datagram: Uint8Array, from: PeerAddress): Uint8Array | undefined {
    const opened = this.#tryToOpen(datagram, from);
    if (typeof opened !== 'string') return opened;
    this.#options.onRefused({ reason: opened, datagram, from });
    return undefined;
  }

  #tryToOpen(datagram: Uint8Array, from: PeerAddress): Uint8Array | Refusal {
    const { seal, clock } = this.#options;
    // No member sends one that is longer, and opening takes the longer the longer it is.
    if (datagram.length > maxDatagramBytes + seal.overhead)
      return datagramForm(datagram) === 'sealed' ? 'forged' : 'not-sealed';
    const [now, cost] = [clock.now(), costOf(datagram.length)];
    if (!this.#limiter.admits(from, now, cost)) return 'flood';
    const opened = seal.open(datagram);
    if (typeof opened !== 'string') this.#limiter.noteOpened(from);
    // The others name no key of this node, which costs next to nothing to see.
    else if (opened === 'forged' || opened === 'replayed')
      this.#limiter.noteFailed(from, now, cost);
    return opened;
  }
}
