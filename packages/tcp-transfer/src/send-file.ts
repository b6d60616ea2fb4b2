import { encodeTransferHeader, headerName, transferHeaderBytes } from '@peerlane/protocol';
import type { Outgoing } from './outgoing.ts';
import type { SharedFile } from './shared-folder.ts';
import { TransferError } from './transfer-error.ts';

/** All files on their way together are read into buffers of about so many bytes. */
const memoryForAll = 32 * 1024 * 1024;

/** The least and the most that is read of a file at a time, in bytes. */
const [smallPiece, largePiece] = [64 * 1024, 1024 * 1024];

/** How much is read at a time while so many files are on their way; each has two buffers. */
export function pieceSizeFor(uploads: number): number {
  const fair = Math.floor(memoryForAll / (2 * uploads));
  return Math.min(largePiece, Math.max(smallPiece, fair));
}

/**
 * Sends a header and a file, the next piece being read while one is sent. The last piece goes only
 * when the file is known not to have changed, so a client never gets a mixture that looks whole.
 *
 * @throws TransferError `changed`; Error where the connection fails
 * @see docs/protocol.md, "The header"
 */
export async function sendFile(
  file: SharedFile,
  connection: Outgoing,
  pieceSize: number,
): Promise<void> {
  const { name, size } = file;
  const length = Math.min(size, pieceSize);
  // The header goes out with the first piece.
  const first = Buffer.allocUnsafeSlow(transferHeaderBytes + length);
  first.set(encodeTransferHeader({ size, name: headerName(name) }));
  let spare = first.subarray(transferHeaderBytes);
  let position = length;
  await readFully(file, spare, 0);
  let piece: Buffer = first;
  let room = size > length ? Buffer.allocUnsafeSlow(length) : spare;
  while (position < size) {
    const next = room.subarray(0, Math.min(length, size - position));
    await settled([connection.write(piece), readFully(file, next, position)]);
    position += next.length;
    piece = next;
    room = spare;
    spare = next;
  }
  if (!(await file.unchanged())) throw changed('the file changed while it was sent');
  await connection.write(piece);
  await connection.end();
}

/** Waits for both: a buffer must not be given up while one still uses it. */
async function settled(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work))
    if (result.status === 'rejected') throw result.reason;
}

async function readFully({ handle }: SharedFile, into: Buffer, position: number): Promise<void> {
  for (let filled = 0; filled < into.length;) {
    const { bytesRead } = await handle
      .read(into, filled, into.length - filled, position + filled)
      .catch((cause: unknown) => {
        throw changed(`the file cannot be read: ${(cause as Error).message}`, cause);
      });
    if (bytesRead === 0) throw changed('the file became shorter while it was sent');
    filled += bytesRead;
  }
}

function changed(message: string, cause?: unknown): TransferError {
  return new TransferError('changed', message, { cause });
}
