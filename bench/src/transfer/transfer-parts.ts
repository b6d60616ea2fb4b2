// What no sealed and verified transfer can do without, each alone: the cipher and the hash of 1 GiB.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const [size, record, piece] = [1024 ** 3, 16 * 1024, 2 * 1024 ** 2];

/** The processor time for 1 GiB, in seconds. */
export interface Parts {
  readonly hash: number;
  readonly seal: number;
  readonly open: number;
}

/** Hashes 1 GiB by SHA-256, and seals and opens as much in records of TLS by AES-128-GCM. */
export function cipherAndHash(): Promise<Parts> {
  const [key, nonce] = [randomBytes(16), randomBytes(12)];
  const seal = (bytes: Uint8Array): { readonly sealed: Uint8Array; readonly tag: Uint8Array } => {
    const cipher = createCipheriv('aes-128-gcm', key, nonce);
    const sealed = cipher.update(bytes);
    cipher.final();
    return { sealed, tag: cipher.getAuthTag() };
  };
  const plain = randomBytes(record);
  const { sealed, tag } = seal(plain);
  const open = (): void => {
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAuthTag(tag);
    decipher.update(sealed);
    decipher.final();
  };
  const hash = createHash('sha256');
  const bytes = randomBytes(piece);
  return Promise.resolve({
    hash: taken(size / piece, () => hash.update(bytes)),
    seal: taken(size / record, () => seal(plain)),
    open: taken(size / record, open),
  });
}

function taken(times: number, work: () => unknown): number {
  const before = process.cpuUsage();
  for (let each = 0; each < times; each += 1) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
