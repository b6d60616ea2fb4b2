// Sends a file or a part of one: reads ahead, and notices when the file changes meanwhile.
import { encodeTransferHeader } from '@peerlane/protocol';
import type { StreamWriter } from '../connection/stream-writer.ts';
import type { SendBuffers } from './send-buffers.ts';
import { allFinished } from '../async.ts';
import type { SharedFile } from '../sharing/served-files.ts';
import { TransferError } from '../transfer-error.ts';

/** A part of a file, and the bytes that are sent before it. */
export interface FilePart {
  /** A header or an answer line, sent in one write with the first bytes of the file. */
  readonly lead: Uint8Array;
  /** The position of the first byte of the part. */
  readonly offset: number;
  /** The position after the last byte of the part. */
  readonly end: number;
  /**
   * Whether the file may change meanwhile, as the client sees which bytes are wrong.
   * @default false
   */
  readonly mayChange?: boolean;
  /**
   * Whether the file may become longer meanwhile.
   * @default false
   */
  readonly mayGrow?: boolean;
}

/**
 * Sends a header and a file, and ends the connection. Of a file that grows, it sends what the header
 * says, as the original does.
 *
 * @throws TransferError `changed`; Error if the connection fails
 * @see docs/protocol.md, "The header"
 */
export async function sendFile(
  file: SharedFile,
  connection: StreamWriter,
  buffers: SendBuffers,
): Promise<void> {
  const part = { lead: encodeTransferHeader(file), offset: 0, end: file.size, mayGrow: true };
  await sendPart(file, part, connection, buffers);
  await connection.end();
}

/**
 * Sends a part of a file. While one piece is sent, the next one is read. Unless the file may change, the
 * last piece is sent only if the file's times show that it has not, so that a mixture never looks whole.
 *
 * @throws TransferError `changed`; Error if the connection fails
 */
export async function sendPart(
  file: Pick<SharedFile, 'handle' | 'size' | 'unchanged'>,
  { lead, offset, end, mayChange = false, mayGrow = false }: FilePart,
  connection: StreamWriter,
  buffers: SendBuffers,
): Promise<void> {
  await buffers.lend(lead.length + end - offset, async (first, second) => {
    first.set(lead);
    let lineLength = lead.length;
    let position = offset + first.length - lead.length;
    await readFully(file, first.subarray(lead.length), offset);
    let [piece, free, used] = [first, second, first];
    while (position < end) {
      const next = free.subarray(0, end - position);
      // Neither buffer may be released while the write or the read still uses it.
      await allFinished([connection.write(piece, lineLength), readFully(file, next, position)]);
      lineLength = 0;
      position += next.length;
      [piece, free, used] = [next, used, free];
    }
    const isAsItWas = mayChange || (await file.unchanged()) || (mayGrow && (await hasGrown(file)));
    if (!isAsItWas) throw changed('the file changed while it was sent');
    await connection.write(piece, lineLength);
  });
}

async function hasGrown({ handle, size }: Pick<SharedFile, 'handle' | 'size'>): Promise<boolean> {
  return (await handle.stat()).size > size;
}

async function readFully(
  { handle }: Pick<SharedFile, 'handle'>,
  into: Buffer,
  position: number,
): Promise<void> {
  for (let filled = 0; filled < into.length;) {
    const { bytesRead } = await handle
      .read(into, filled, into.length - filled, position + filled)
      .catch((cause: unknown) => {
        throw changed(`the file cannot be read: ${(cause as Error).message}`, cause);
      });
    if (bytesRead === 0) throw changed('the file was truncated while it was sent');
    filled += bytesRead;
  }
}

function changed(message: string, cause?: unknown): TransferError {
  return new TransferError('changed', message, { cause });
}
