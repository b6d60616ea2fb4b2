// SHA-256 without a worker: of bytes in memory, and of small parts of files.
import { webcrypto } from 'node:crypto';
import { read } from 'node:fs';
import { promisify } from 'node:util';
import type { PartRequest } from './hash-worker.ts';

/** Parts of at most this many bytes need no worker: starting it would take longer than hashing. */
export const smallPart: number = 64 * 1024;

const readAt = promisify(read);

/** The SHA-256 of bytes, computed off the event loop. The bytes are copied first. */
export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await webcrypto.subtle.digest('SHA-256', bytes));
}

/**
 * The SHA-256 of a small part of an open file, read and hashed by the system's pool of threads.
 * `undefined` if the file ends before the part does.
 *
 * @throws the system's error if it cannot be read
 */
export async function sha256OfPart(part: PartRequest): Promise<Uint8Array | undefined> {
  const { fd, offset, length } = part;
  const buffer = Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await readAt(fd, buffer, done, length - done, offset + done);
    if (bytesRead === 0) return undefined;
    done += bytesRead;
  }
  return sha256(buffer);
}
