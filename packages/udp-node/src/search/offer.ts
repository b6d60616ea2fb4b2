// An offer, as a search gives it out.
import type { PeerAddress } from '@peerlane/protocol';

/** A peer's answer that it has the file. */
export interface Offer {
  /** The peer's UDP address, as `host:port`. */
  readonly peer: string;
  /** The TCP address from which the file can be fetched. */
  readonly address: PeerAddress;
  /** The version in which the offer came. */
  readonly version: 1 | 2;
  /** In bytes, if the peer said so. */
  readonly size: number | undefined;
  /** Identifies the contents, if the peer said so: 64 hexadecimal digits. */
  readonly root: string | undefined;
}
