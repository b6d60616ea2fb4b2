// Answers a client of version 1: a header and a file, then the connection ends.
import type { Duplex } from 'node:stream';
import { maxRequestBytes, maxTransferSize } from '@peerlane/protocol';
import { reset } from '../connection/socket.ts';
import type { StreamWriter } from '../connection/stream-writer.ts';
import type { ServedFiles } from '../sharing/served-files.ts';
import type { OnTransferWire } from './file-server-events.ts';
import type { SendBuffers } from './send-buffers.ts';
import { sendFile } from './send-file.ts';
import type { ServeOptions } from './serve-options.ts';

/** How many bytes a client may send after its request before the connection is reset. */
const maxSurplus = 8 * maxRequestBytes;

/**
 * Sends the file with a name and ends the connection; without such a file, or if it is too large for
 * version 1, the connection ends without a byte.
 *
 * @throws TransferError `changed`; Error if the file or the connection fails
 * @see docs/protocol.md, "Version 1"
 */
export async function serveV1(
  filename: string,
  files: ServedFiles,
  connection: StreamWriter,
  buffers: SendBuffers,
  { onTooLarge, onSending, onSent }: ServeOptions,
): Promise<void> {
  const file = await files.openFile(filename, { growing: true });
  if (!file) {
    await connection.end();
    return;
  }
  try {
    if (file.size > maxTransferSize) {
      onTooLarge?.(file);
      await connection.end();
      return;
    }
    onSending?.(file);
    await sendFile(file, connection, buffers);
    onSent?.(file);
  } finally {
    await file.handle.close();
  }
}

/** Reads what a client sends after its request: left unread, it would turn the close into a reset. */
export function discardSurplus(stream: Duplex, onWire: OnTransferWire | undefined): void {
  let surplus = 0;
  stream.on('data', (bytes: Uint8Array) => {
    surplus += bytes.length;
    onWire?.('in', { dataLength: bytes.length });
    if (surplus > maxSurplus) reset(stream);
  });
  stream.resume();
}
