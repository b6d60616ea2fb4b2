import { finished, pipeline } from 'node:stream/promises';
import type { Duplex } from 'node:stream';
import {
  encodeTransferHeader,
  headerName,
  maxTransferSize,
  TransferRequestDecoder,
} from '@peerlane/protocol';
import type { SharedFile, SharedFolder } from './shared-folder.ts';

/** How large the pieces are in which a file is read, in bytes. */
const readSize = 1024 * 1024;

/** What is told while a connection is served. */
export interface ServeEvents {
  /** The file was found and is about to be sent. */
  onSending(file: { readonly name: string; readonly size: number }): void;
  /** The file was sent. */
  onSent(file: { readonly name: string; readonly size: number }): void;
}

/**
 * Serves one connection: reads its request, sends the header and the file, and ends it. Without
 * such a file it ends the connection without a byte.
 *
 * @throws ProtocolError `bad-request`; Error where the file or the connection fails. The stream is
 * destroyed then.
 * @see docs/protocol.md, "TCP"
 */
export async function serveConnection(
  stream: Duplex,
  folder: SharedFolder,
  events: ServeEvents,
): Promise<void> {
  let file: SharedFile | undefined;
  try {
    file = await folder.openFile(await readRequest(stream));
    // Bytes left unread would turn the close into a reset, which could cut the file.
    stream.resume();
    if (file) await send(file, stream, events);
    else stream.end();
  } catch (error) {
    stream.destroy();
    throw error;
  } finally {
    await file?.handle.close();
  }
}

async function readRequest(stream: Duplex): Promise<string> {
  const decoder = new TransferRequestDecoder();
  const pieces = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  for await (const bytes of pieces) {
    const request = decoder.push(bytes);
    if (request?.version === 2) throw new Error('the request is of version 2, not served here');
    if (request) return request.filename;
  }
  throw new Error('the connection ended before the request was whole');
}

async function send(
  { name, size, handle }: SharedFile,
  stream: Duplex,
  events: ServeEvents,
): Promise<void> {
  if (size > maxTransferSize)
    throw new Error(`the file is larger than the ${maxTransferSize} bytes that version 1 can send`);
  events.onSending({ name, size });
  stream.write(encodeTransferHeader({ size, name: headerName(name) }));
  if (size > 0) {
    const data = handle.createReadStream({
      start: 0,
      end: size - 1,
      highWaterMark: readSize,
      autoClose: false,
    });
    await pipeline(data, stream, { end: false });
    if (data.bytesRead < size) throw new Error('the file became shorter while it was sent');
  }
  stream.end();
  await finished(stream, { readable: false });
  events.onSent({ name, size });
}
