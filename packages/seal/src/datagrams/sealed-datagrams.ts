// The datagrams of a sealed cluster: sealed with the first key of a keyring, opened with any of them.
import { randomBytes } from 'node:crypto';
import type { ClusterKey } from '../cluster-key.ts';
import type { Keyring } from '../keyring.ts';
import { keyIdAt, saltAt, saltLength, sealedVersion, sealOverhead } from './datagram-layout.ts';
import { DatagramOpener } from './datagram-opener.ts';
import { DatagramSealer } from './datagram-sealer.ts';

/** Why a datagram is not one of the cluster. */
export type SealFault =
  /** It is not sealed: its sender is in an open cluster, or is no node. */
  | 'not-sealed'
  /** It is sealed with a key that the keyring does not have. */
  | 'other-key'
  /** It names a key of the keyring, and was not sealed with it, or was changed on its way. */
  | 'forged'
  /** It was opened before, or is too old to know. */
  | 'replayed';

/** What {@link SealedDatagrams} may be given. */
export interface SealedDatagramsOptions {
  /**
   * Gives as many random bytes as it is asked for: a salt must never come twice.
   *
   * @default randomBytes of node:crypto
   */
  readonly random?: (length: number) => Uint8Array;
}

/**
 * Seals and opens the datagrams of one node. A keyring that is replaced counts from the next datagram
 * on.
 *
 * @see docs/protocol.md, "Sealed datagrams"
 */
export class SealedDatagrams {
  /** How many bytes longer a sealed datagram is: 45. */
  readonly overhead: number = sealOverhead;
  readonly #keyring: Keyring;
  readonly #random: (length: number) => Uint8Array;
  readonly #opener: DatagramOpener = new DatagramOpener();
  #sealer: DatagramSealer | undefined;
  #keys: readonly ClusterKey[] = [];
  #ids: readonly number[] = [];

  constructor(keyring: Keyring, { random = randomBytes }: SealedDatagramsOptions = {}) {
    this.#keyring = keyring;
    this.#random = random;
  }

  /** The datagram as it goes out: other bytes each time. */
  seal(datagram: Uint8Array): Uint8Array {
    const { first } = this.#keyring;
    // A key that comes back gets another salt too, so that no counter is ever used twice.
    if (this.#sealer?.clusterKey !== first || this.#sealer.isUsedUp)
      this.#sealer = new DatagramSealer(first, this.#random(saltLength));
    return this.#sealer.seal(datagram);
  }

  /** The datagram that was sealed, once; then, and for all that is none of the cluster, the reason. */
  open(sealed: Uint8Array): Uint8Array | SealFault {
    if (sealed[0] !== sealedVersion || sealed.length < saltAt) return 'not-sealed';
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length);
    const key = this.#keyWithId(bytes.readUInt32BE(keyIdAt));
    return key === undefined ? 'other-key' : this.#opener.open(key, bytes);
  }

  #keyWithId(id: number): ClusterKey | undefined {
    const { keys } = this.#keyring;
    if (keys !== this.#keys) {
      this.#keys = keys;
      this.#ids = keys.map((key) => Number.parseInt(key.id, 16));
    }
    return keys[this.#ids.indexOf(id)];
  }
}
