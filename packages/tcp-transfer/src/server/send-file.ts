import { encodeTransferHeader, headerFilename } from '@peerlane/protocol';
import type { Outgoing } from '../connection/stream-writer.ts';
import type { SendBuffers } from './send-buffers.ts';
import { settled } from '../settled.ts';
import type { SharedFile } from '../sharing/served-files.ts';
import { TransferError } from '../transfer-error.ts';

/** Which part of a file is sent, and what goes before it. */
export interface FilePart {
  /** Sent in one write with the first bytes of the file. */
  readonly lead: Uint8Array;
  /** The first byte, and the one behind the last. */
  readonly offset: number;
  readonly end: number;
}

/**
 * Sends a header and a file, and ends the connection.
 *
 * @throws TransferError `changed`; Error where the connection fails
 * @see docs/protocol.md, "The header"
 */
export async function sendFile(
  file: SharedFile,
  connection: Outgoing,
  buffers: SendBuffers,
): Promise<void> {
  const { filename, size } = file;
  const lead = encodeTransferHeader({ size, filename: headerFilename(filename) });
  await sendPart(file, { lead, offset: 0, end: size }, connection, buffers);
  await connection.end();
}

/**
 * Sends a part of a file, the next piece being read while one is sent. The last piece goes only when
 * the file's times say that it has not changed, so that a mixture does not look whole.
 *
 * @throws TransferError `changed`; Error where the connection fails
 */
export async function sendPart(
  file: SharedFile,
  { lead, offset, end }: FilePart,
  connection: Outgoing,
  buffers: SendBuffers,
): Promise<void> {
  await buffers.lend(lead.length + end - offset, async (first, second) => {
    first.set(lead);
    let lineLength = lead.length;
    let position = offset + first.length - lead.length;
    await readFully(file, first.subarray(lead.length), offset);
    let [piece, room, spare] = [first, second, first];
    while (position < end) {
      const next = room.subarray(0, end - position);
      // A buffer must not be given up while one of the two still uses it.
      await settled([connection.write(piece, lineLength), readFully(file, next, position)]);
      lineLength = 0;
      position += next.length;
      [piece, room, spare] = [next, spare, room];
    }
    if (!(await file.unchanged())) throw changed('the file changed while it was sent');
    await connection.write(piece, lineLength);
  });
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
