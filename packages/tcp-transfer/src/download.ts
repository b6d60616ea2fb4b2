import type { Duplex } from 'node:stream';
import {
  checkFileName,
  encodeTransferRequest,
  formatPeerAddress,
  headerName,
  ProtocolError,
  TransferHeaderDecoder,
  type PeerAddress,
} from '@peerlane/protocol';
import { connectTcp, type Connect } from './connect.ts';
import { IncomingFile, type SavedFile } from './incoming-file.ts';
import { TransferError } from './transfer-error.ts';

/** What is to be downloaded, from where, and into which folder. */
export interface DownloadOptions {
  /** The TCP address of the peer that serves the file. */
  readonly address: PeerAddress;
  /** The file's name, under which it is asked for and saved. */
  readonly filename: string;
  /** The folder that the file is written to. */
  readonly into: string;
  readonly signal?: AbortSignal | undefined;
  /** Called as bytes come in, both numbers in bytes. */
  readonly onProgress?:
    ((progress: { readonly received: number; readonly size: number }) => void) | undefined;
  /** @default a TCP connection */
  readonly connect?: Connect;
}

/** A file that was downloaded. */
export interface Download extends SavedFile {
  /** In bytes. */
  readonly size: number;
}

/**
 * Downloads one file. It gets its name when the last of its bytes has come; until then it has a
 * hidden one, and if anything fails nothing of it is left.
 *
 * @throws ProtocolError `bad-file-name` or `not-encodable` for a name that cannot be used;
 * TransferError; the reason of an aborted `signal`
 * @see docs/protocol.md, "TCP"
 */
export async function downloadFile(options: DownloadOptions): Promise<Download> {
  const { address, filename, into, signal, connect = connectTcp } = options;
  checkFileName(filename);
  const request = encodeTransferRequest({ filename });
  signal?.throwIfAborted();
  const stream = await attempt(
    'unreachable',
    `could not connect to ${formatPeerAddress(address)}`,
    signal,
    () => connect(address, signal),
  );
  // A stream that breaks while nobody reads it tells whoever reads it next.
  stream.on('error', () => undefined);
  const abort = (): void => {
    stream.destroy();
  };
  signal?.addEventListener('abort', abort);
  try {
    stream.write(request);
    const file = await attempt('disk', `could not write to ${into}`, signal, () =>
      IncomingFile.create(into),
    );
    return await receive(stream, file, options);
  } finally {
    signal?.removeEventListener('abort', abort);
    stream.destroy();
  }
}

async function receive(
  stream: Duplex,
  file: IncomingFile,
  options: DownloadOptions,
): Promise<Download> {
  const { filename, signal, onProgress } = options;
  let size: number;
  try {
    size = await receiveData(stream, file, filename, signal, onProgress);
  } catch (error) {
    await file.discard();
    throw error;
  }
  const saved = await attempt('disk', `could not save ${filename}`, signal, () =>
    file.complete(filename),
  );
  return { ...saved, size };
}

async function receiveData(
  stream: Duplex,
  file: IncomingFile,
  filename: string,
  signal: AbortSignal | undefined,
  onProgress: DownloadOptions['onProgress'],
): Promise<number> {
  const decoder = new TransferHeaderDecoder();
  let size: number | undefined;
  let received = 0;
  const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
  while (size === undefined || received < size) {
    const what = size === undefined ? 'its header' : `byte ${received} of ${size}`;
    const { value, done } = await attempt(
      'incomplete',
      `the connection broke at ${what}`,
      signal,
      () => pieces.next(),
    );
    if (done) {
      signal?.throwIfAborted();
      if (decoder.received === 0)
        throw new TransferError('no-file', 'the peer does not have the file');
      throw new TransferError('incomplete', `the connection ended at ${what}`);
    }
    let data = value;
    if (size === undefined) {
      const decoded = decodeHeader(decoder, value);
      if (!decoded) continue;
      checkHeaderName(decoded.header.name, filename);
      size = decoded.header.size;
      data = decoded.rest;
    }
    received += data.length;
    if (received > size)
      throw new TransferError('bad-answer', `more came than the ${size} bytes that were announced`);
    await attempt('disk', 'could not write the file', signal, () => file.write(data));
    onProgress?.({ received, size });
  }
  return size;
}

function decodeHeader(
  decoder: TransferHeaderDecoder,
  bytes: Uint8Array,
): ReturnType<TransferHeaderDecoder['push']> {
  try {
    return decoder.push(bytes);
  } catch (error) {
    if (!ProtocolError.is(error)) throw error;
    throw new TransferError('bad-answer', `the peer's header is malformed: ${error.message}`, {
      cause: error,
    });
  }
}

function checkHeaderName(name: string, filename: string): void {
  if (name === headerName(filename)) return;
  throw new TransferError('bad-answer', 'the peer sent another file than the one it was asked for');
}

/** Runs one step; what goes wrong in it becomes a TransferError, or the reason of an aborted signal. */
async function attempt<T>(
  code: TransferError['code'],
  message: string,
  signal: AbortSignal | undefined,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    signal?.throwIfAborted();
    throw new TransferError(code, `${message}: ${(cause as Error).message}`, { cause });
  }
}
