import { read } from 'node:fs';
import { promisify } from 'node:util';
import type { HashRequest } from './hash-worker.ts';
import { sha256 } from './sha256.ts';

/** Parts of at most so many bytes need no worker, whose start would take longest of all. */
export const smallPart: number = 64 * 1024;

const readAt = promisify(read);

/**
 * The SHA-256 of a small part of an open file, read and hashed by the system's pool of threads.
 * `undefined` where the file ends before the part does.
 *
 * @throws the system's error where it cannot be read
 */
export async function hashSmall(request: HashRequest): Promise<Uint8Array | undefined> {
  const { fd, offset, length } = request;
  const buffer = Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await readAt(fd, buffer, done, length - done, offset + done);
    if (bytesRead === 0) return undefined;
    done += bytesRead;
  }
  return sha256(buffer);
}
