// The one place that every datagram passes on its way in: it is limited, shown and decoded here.
import {
  datagramForm,
  decodeMessage,
  formatPeerAddress,
  maxDatagramBytes,
  type Message,
  type PeerAddress,
} from '@peerlane/protocol';
import type { Clock } from '../system/clock.ts';
import { faultOf, type Allow } from './allow.ts';
import { reasonOf } from '../system/reason.ts';
import { RateLimiter } from './rate-limiter.ts';
import { costOf, type Rate } from './token-bucket.ts';

/** The parts of a node that an {@link Inlet} uses. */
export interface InletOptions {
  readonly settings: { readonly clock: Clock; readonly rate: Rate; readonly allow: Allow };
  /** Whether a peer is configured, or has proven that it is there. */
  readonly isKnown: (peer: string) => boolean;
  readonly onReceived: (bytes: Uint8Array, from: string, sealed: Uint8Array | undefined) => void;
  /** Called instead of a warning for a sealed datagram that comes to an open node. */
  readonly onSealed: (peer: string) => void;
  readonly warn: (
    kind: 'flood' | 'malformed' | 'not-allowed',
    host: string,
    message: string,
  ) => void;
}

/** A message that has come in. */
export interface ReceivedMessage {
  readonly message: Message;
  readonly from: PeerAddress;
  /** `from` as `host:port`. */
  readonly peer: string;
  /** The length of its datagram on the wire, in bytes. */
  readonly size: number;
}

/** Turns datagrams into messages, as far as the rate limit lets them in. */
export class Inlet {
  readonly #options: InletOptions;
  readonly #limiter: RateLimiter;

  constructor(options: InletOptions) {
    this.#options = options;
    this.#limiter = new RateLimiter(options.settings.rate, options.isKnown);
  }

  /**
   * The message of a datagram; `undefined` if it is refused or holds none. `sealed`: the datagram as it
   * crossed the wire, where it was sealed.
   */
  receive(
    datagram: Uint8Array,
    from: PeerAddress,
    sealed?: Uint8Array,
  ): ReceivedMessage | undefined {
    const { settings, onReceived, onSealed, warn } = this.#options;
    const peer = formatPeerAddress(from);
    const size = (sealed ?? datagram).length;
    if (!this.#limiter.admits(from, peer, settings.clock.now(), costOf(size))) {
      warn('flood', from.host, `${peer} sends too fast: some datagrams are dropped.`);
      return undefined;
    }
    if (datagram.length > maxDatagramBytes) {
      warn('malformed', from.host, `${peer} sent a datagram of ${datagram.length} bytes.`);
      return undefined;
    }
    // The address may be forged, and an offer would lead a connection there.
    const fault = faultOf(from.host, settings.allow);
    if (fault !== undefined) {
      warn('not-allowed', from.host, fault);
      return undefined;
    }
    onReceived(datagram, peer, sealed);
    if (sealed === undefined && datagramForm(datagram) === 'sealed') {
      onSealed(peer);
      return undefined;
    }
    try {
      return { message: decodeMessage(datagram), from, peer, size };
    } catch (error) {
      warn('malformed', from.host, `${peer} sent a malformed datagram: ${reasonOf(error)}`);
      return undefined;
    }
  }
}
