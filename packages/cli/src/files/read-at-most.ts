// Reads a small file whole, and refuses one that is larger than expected.
import type { FileHandle } from 'node:fs/promises';

/** The text of an open file; `undefined` if it has more bytes than that. */
export async function readAtMost(
  handle: FileHandle,
  maxBytes: number,
): Promise<string | undefined> {
  const bytes = Buffer.alloc(maxBytes + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length);
    length += bytesRead;
    if (length > maxBytes) return undefined;
    if (bytesRead === 0) return bytes.toString('utf8', 0, length);
  }
}
