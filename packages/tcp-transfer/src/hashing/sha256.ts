import { webcrypto } from 'node:crypto';

/** The SHA-256 of bytes, computed off the event loop. The bytes are copied first. */
export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await webcrypto.subtle.digest('SHA-256', bytes));
}
