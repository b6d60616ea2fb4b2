// The events of a node.
import type { Offer } from './search/offer.ts';
import type { Warning } from './limits/warnings.ts';

/** A datagram that crossed the wire. */
export interface WireEvent {
  readonly direction: 'in' | 'out';
  /** The other side, as `host:port`. */
  readonly peer: string;
  /** The message. */
  readonly bytes: Uint8Array;
  /** The same as it crossed the wire, where it was sealed. */
  readonly sealed?: Uint8Array;
}

/** The events of a {@link UdpNode}. */
export interface UdpNodeEvents {
  /** A new member, as `host:port`. Configured members, those of the option `members`, cause none. */
  peer: [address: string];
  /** A member that has been silent for too long, or has left. */
  gone: [address: string];
  /** The node has been told of the members that others know: its list is complete for now. */
  converged: [];
  /** A configured member, as `host:port`, is there. */
  heard: [address: string];
  /** A configured member has been silent for too long, or has left. */
  silent: [address: string];
  /** A peer asked for a file or a folder. The filename is unchanged, path and all: unsafe to print or to open. */
  request: [
    request: {
      readonly peer: string;
      readonly filename: string;
      /** `folder`, or a word of a later version, if it did not ask for a file. Not safe to print. */
      readonly kind?: string;
    },
  ];
  /** A peer has a file or a folder that is looked for. */
  offer: [offer: Offer];
  /** A datagram went out or came in. */
  wire: [event: WireEvent];
  /** A failure that the node survives: of one kind and peer at most once a minute. */
  warning: [warning: Warning];
}
