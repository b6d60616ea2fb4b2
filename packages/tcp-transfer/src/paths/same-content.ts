// Compares the contents of two files.
import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

const pieceSize = 1024 * 1024;

/** Opens for reading: no link is followed and no FIFO blocks. Windows lacks the last two flags, which count as 0. */
export const readFlags: number = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Whether two regular files have the same bytes; false if one of them cannot be read.
 *
 * @param isTrusted whether the second may be used in place of the first
 * @throws the reason of an aborted `signal`
 */
export async function sameContent(
  left: string,
  right: string,
  isTrusted: (right: Stats) => boolean,
  signal?: AbortSignal,
): Promise<boolean> {
  const handles: FileHandle[] = [];
  try {
    for (const path of [left, right]) handles.push(await open(path, readFlags));
    const [one, other] = [handles[0]!, handles[1]!];
    return isTrusted(await other.stat()) && (await compare(one, other, signal));
  } catch {
    signal?.throwIfAborted();
    return false;
  } finally {
    await Promise.all(handles.map((handle) => handle.close()));
  }
}

async function compare(
  left: FileHandle,
  right: FileHandle,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const [a, b] = await Promise.all([left.stat(), right.stat()]);
  if (!a.isFile() || !b.isFile() || a.size !== b.size) return false;
  const length = Math.min(pieceSize, a.size);
  const [one, other] = [Buffer.alloc(length), Buffer.alloc(length)];
  for (let position = 0; position < a.size;) {
    signal?.throwIfAborted();
    const [{ bytesRead: m }, { bytesRead: n }] = await Promise.all([
      left.read(one, 0, length, position),
      right.read(other, 0, length, position),
    ]);
    if (m === 0 || m !== n || !one.subarray(0, m).equals(other.subarray(0, n))) return false;
    position += m;
  }
  return true;
}
