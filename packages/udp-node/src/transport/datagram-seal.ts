// Seals the datagrams of a cluster, so that nobody outside can read, forge or replay them.
import { checkNumber, checkType } from '../system/checks.ts';

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
  /** How many bytes longer a sealed datagram is, at most 256. */
  readonly overhead: number;
  /** The datagram as it goes out. */
  seal(datagram: Uint8Array): Uint8Array;
  /** The datagram that was sealed, or why it is none of this cluster. */
  open(sealed: Uint8Array): Uint8Array | SealFault;
}

/** The most bytes by which a sealed datagram may be longer: a list still needs room beside them. */
const maxOverhead = 256;

/** @throws TypeError or RangeError that names what is wrong with a seal, or with a version beside it */
export function checkSeal(seal: DatagramSeal, protocol: 1 | 2): void {
  const given = seal as Partial<DatagramSeal> | null;
  const isSeal = typeof given?.seal === 'function' && typeof given.open === 'function';
  checkType('seal', seal, isSeal, 'an object with overhead, seal and open');
  checkNumber('seal.overhead', seal.overhead, 0, maxOverhead);
  checkType('protocol', protocol, protocol === 2, '2 beside seal, for version 1 is never sealed');
}
