// Seals datagrams with one key of the cluster and one salt.
import { createCipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { ClusterKey } from '../cluster-key.ts';
import * as layout from './datagram-layout.ts';
import { deriveSenderKey } from './sender-key.ts';

/** How many datagrams are sealed under one salt: far fewer than would weaken AES-GCM. */
export const maxSealed: number = 2 ** 32;

/** Seals datagrams, each under a counter of its own. */
export class DatagramSealer {
  /** The key of the cluster that this seals with. */
  readonly clusterKey: ClusterKey;
  readonly #key: KeyObject;
  readonly #head: Buffer = Buffer.alloc(layout.headLength);
  readonly #nonce: Buffer = Buffer.alloc(layout.nonceLength);
  #counter: number;

  /**
   * @param salt 16 random bytes that were never used before
   * @param counter that of the first datagram
   */
  constructor(clusterKey: ClusterKey, salt: Uint8Array, counter = 0) {
    this.clusterKey = clusterKey;
    this.#key = createSecretKey(deriveSenderKey(clusterKey, salt));
    this.#head[0] = layout.sealedVersion;
    this.#head.write(clusterKey.id, layout.keyIdAt, 'hex');
    this.#head.set(salt, layout.saltAt);
    this.#counter = counter;
  }

  /** Whether no counter is left, so that another salt is needed. */
  get isUsedUp(): boolean {
    return this.#counter >= maxSealed;
  }

  /**
   * The sealed datagram.
   *
   * @throws RangeError if no counter is left
   * @see docs/protocol.md, "Sealed datagrams"
   */
  seal(datagram: Uint8Array): Buffer {
    if (this.isUsedUp) throw new RangeError('no counter is left under this salt');
    // A counter that this class writes never needs the upper four of its eight bytes.
    this.#head.writeUInt32BE(this.#counter, layout.counterAt + 4);
    this.#nonce.writeUInt32BE(this.#counter, layout.nonceCounterAt + 4);
    this.#counter += 1;
    const cipher = createCipheriv('aes-256-gcm', this.#key, this.#nonce);
    cipher.setAAD(this.#head);
    const sealed = Buffer.allocUnsafe(datagram.length + layout.sealOverhead);
    sealed.set(this.#head);
    sealed.set(cipher.update(datagram), layout.headLength);
    cipher.final();
    sealed.set(cipher.getAuthTag(), layout.headLength + datagram.length);
    return sealed;
  }
}
