import type { PeerAddress } from '@peerlane/protocol';

/** A peer says that it has the file. */
export interface Offer {
  /** The peer's UDP address, as `host:port`. */
  readonly peer: string;
  /** The TCP address from which the file can be fetched. */
  readonly address: PeerAddress;
  /** The version in which the offer came. */
  readonly version: 1 | 2;
  /** In bytes, where the peer told. */
  readonly size: number | undefined;
  /** What identifies the content, where the peer told: 64 hexadecimal digits. */
  readonly root: string | undefined;
}
