// Seals the datagrams of a cluster, so that nobody outside can read, forge or replay them.

/** Why a datagram is not one of the cluster. */
export type SealFault =
  /** It is not sealed: its sender is in an open cluster, or is no node. */
  | 'not-sealed'
  /** It is sealed with a key that this node does not have. */
  | 'other-key'
  /** It names a key of this node, and was not sealed with it, or was changed on its way. */
  | 'forged'
  /** It came before, or is too old to know. */
  | 'replayed';

/** Seals datagrams before they leave, and opens those that come. */
export interface DatagramSeal {
  /** How many bytes longer a sealed datagram is. */
  readonly overhead: number;
  /** The datagram as it goes out. */
  seal(datagram: Uint8Array): Uint8Array;
  /** The datagram that was sealed, or why it is none of this cluster. */
  open(sealed: Uint8Array): Uint8Array | SealFault;
}
