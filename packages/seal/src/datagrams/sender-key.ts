// The key of one sender: HKDF-SHA-256 (RFC 5869) of the cluster's datagram key and the sender's salt.
import { createHmac } from 'node:crypto';
import type { ClusterKey } from '../cluster-key.ts';

/** The label of this derivation, and the number of the only block that 32 bytes take. */
const info = Buffer.from('peerlane 1 sender\x01');

/**
 * Derives the 32 bytes with which a sender encrypts. It is written as its two HMACs because `hkdfSync`
 * takes twice as long, and anybody can make a node do it by a forged datagram.
 *
 * @param salt 16 bytes
 */
export function deriveSenderKey({ datagramKey }: ClusterKey, salt: Uint8Array): Buffer {
  const extracted = createHmac('sha256', salt).update(datagramKey).digest();
  return createHmac('sha256', extracted).update(info).digest();
}
