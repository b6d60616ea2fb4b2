import type { Offer } from './search/offer.ts';
import type { Warning } from './limits/warnings.ts';

/** A datagram as it crossed the wire. */
export interface WireEvent {
  readonly direction: 'in' | 'out';
  /** The other side, as `host:port`. */
  readonly peer: string;
  readonly bytes: Uint8Array;
}

/** What a {@link UdpNode} tells. */
export interface UdpNodeEvents {
  /** A new member, as `host:port`. None comes for those that were given at the start. */
  peer: [address: string];
  /** A member that has been silent for too long, or has left. */
  gone: [address: string];
  /** A member that was given at the start, as `host:port`, is there. */
  heard: [address: string];
  /** A member that was given at the start has been silent for too long, or has left. */
  silent: [address: string];
  /** A peer asked for a file. The name is as it came, path and all: unsafe to print or to open. */
  request: [request: { readonly peer: string; readonly filename: string }];
  /** A peer has a file that is looked for. */
  offer: [offer: Offer];
  /** A datagram went out or came in. */
  wire: [event: WireEvent];
  /** Something went wrong that the node survives: of one kind and peer at most once a minute. */
  warning: [warning: Warning];
}
