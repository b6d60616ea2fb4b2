// What no sealed and verified transfer can do without, each alone: the cipher and the hash of 1 GiB.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

// Small enough that the memory for what comes out of the cipher is used again.
const [size, piece] = [1024 ** 3, 64 * 1024];

/** The processor time for 1 GiB, in seconds. */
export interface Parts {
  readonly hash: number;
  readonly encrypt: number;
  readonly decrypt: number;
}

/** Hashes 1 GiB by SHA-256, and encrypts and decrypts as much by AES-128-GCM. */
export function cipherAndHash(): Promise<Parts> {
  const [key, nonce] = [randomBytes(16), randomBytes(12)];
  const bytes = randomBytes(piece);
  const hash = createHash('sha256');
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  return Promise.resolve({
    hash: taken(() => hash.update(bytes)),
    encrypt: taken(() => cipher.update(bytes)),
    decrypt: taken(() => decipher.update(bytes)),
  });
}

/** What work on each piece of 1 GiB takes. */
function taken(work: () => unknown): number {
  const before = process.cpuUsage();
  for (let done = 0; done < size; done += piece) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
