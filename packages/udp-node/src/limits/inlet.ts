// The one place that every datagram passes on its way in: it is limited, shown and decoded here.
import {
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
import type { Rate } from './token-bucket.ts';

/** A datagram counts once against the rate for each of these bytes that it begins. */
const bytesPerToken = 512;

/** The parts of a node that an {@link Inlet} uses. */
export interface InletOptions {
  readonly settings: { readonly clock: Clock; readonly rate: Rate; readonly allow: Allow };
  /** Whether a peer is configured, or has proven that it is there. */
  readonly isKnown: (peer: string) => boolean;
  readonly onReceived: (bytes: Uint8Array, from: string) => void;
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
  /** The length of its datagram, in bytes. */
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

  /** The message of a datagram; `undefined` if it is refused or holds none. */
  receive(datagram: Uint8Array, from: PeerAddress): ReceivedMessage | undefined {
    const { settings, onReceived, warn } = this.#options;
    const peer = formatPeerAddress(from);
    const cost = Math.ceil(datagram.length / bytesPerToken);
    if (!this.#limiter.admits(from, peer, settings.clock.now(), cost)) {
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
    onReceived(datagram, peer);
    try {
      return { message: decodeMessage(datagram), from, peer, size: datagram.length };
    } catch (error) {
      warn('malformed', from.host, `${peer} sent a malformed datagram: ${reasonOf(error)}`);
      return undefined;
    }
  }
}
