import type { Duplex } from 'node:stream';
import { maxTransferSize, maxRequestBytes, TransferRequestDecoder } from '@peerlane/protocol';
import { systemClock, type Clock } from './clock.ts';
import { Outgoing } from './outgoing.ts';
import { resolvePace, type PaceLimits } from './pace.ts';
import { reset } from './reset.ts';
import { SendBuffers } from './send-buffers.ts';
import { sendFile } from './send-file.ts';
import type { SharedFolder } from './shared-folder.ts';
import { TransferError } from './transfer-error.ts';
import { Watchdog } from './watchdog.ts';

/** A file that was asked for and found. */
export interface FoundFile {
  /** The base name that was asked for: data, not safe to print. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
}

/** How a connection is served, and what is told meanwhile. */
export interface ServeOptions extends PaceLimits {
  /**
   * How long a client may take to send its request, in milliseconds.
   * @default 10_000
   */
  readonly requestTimeout?: number;
  /** @default the time of this machine */
  readonly clock?: Clock;
  /** The request has come. */
  readonly onAsked?: (filename: string) => void;
  /** The file was found and is about to be sent. */
  readonly onSending?: (file: FoundFile) => void;
  /** The file was sent. */
  readonly onSent?: (file: FoundFile) => void;
  /** The file is larger than version 1 can say: nothing is sent. */
  readonly onTooLarge?: (file: FoundFile) => void;
  /**
   * What the file is sent from, to be shared by all connections of a server.
   * @default buffers of its own
   */
  readonly buffers?: SendBuffers;
}

/** So much is put up with behind a request before the client is no client, in bytes. */
const maxSurplus = 8 * maxRequestBytes;

/**
 * Serves one connection: reads its request, sends the header and the file, and ends it. Without
 * such a file it ends the connection without a byte.
 *
 * @throws ProtocolError `bad-request`; TransferError `too-slow`, `changed`; Error where the file or
 * the connection fails. The stream is reset then, or destroyed where it knows no reset: a client
 * never sees a clean end of what is not whole.
 * @see docs/protocol.md, "TCP"
 */
export async function serveConnection(
  stream: Duplex,
  folder: SharedFolder,
  options: ServeOptions = {},
): Promise<void> {
  const { clock = systemClock, buffers = new SendBuffers() } = options;
  let fault: TransferError | undefined;
  const cutOff = (error: TransferError): void => {
    fault = error;
    reset(stream);
  };
  const watchdog = new Watchdog(resolvePace(options), clock, cutOff);
  // Whoever waits for the stream is told; later errors concern nobody.
  stream.on('error', () => undefined);
  try {
    const filename = await readRequest(stream, options.requestTimeout ?? 10_000, clock, cutOff);
    options.onAsked?.(filename);
    discardSurplus(stream);
    const connection = new Outgoing(stream, watchdog, clock);
    const file = await folder.openFile(filename);
    if (!file) {
      await connection.end();
      return;
    }
    try {
      if (file.size > maxTransferSize) {
        options.onTooLarge?.(file);
        await connection.end();
        return;
      }
      options.onSending?.(file);
      await sendFile(file, connection, buffers);
      options.onSent?.(file);
    } finally {
      await file.handle.close();
    }
  } catch (error) {
    reset(stream);
    throw fault ?? error;
  } finally {
    watchdog.stop();
  }
}

async function readRequest(
  stream: Duplex,
  timeout: number,
  clock: Clock,
  cutOff: (error: TransferError) => void,
): Promise<string> {
  const decoder = new TransferRequestDecoder();
  const timer = clock.schedule(() => {
    cutOff(new TransferError('too-slow', `no request came within ${timeout / 1000} s`));
  }, timeout);
  try {
    const pieces = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    for await (const bytes of pieces) {
      const request = decoder.push(bytes);
      if (request?.version === 2) throw new Error('the request is of version 2, not served here');
      if (request) return request.filename;
    }
  } finally {
    timer.cancel();
  }
  throw new Error('the connection ended before the request was whole');
}

/** Bytes left unread would turn the close into a reset, which could cut the file. */
function discardSurplus(stream: Duplex): void {
  let surplus = 0;
  stream.on('data', (bytes: Uint8Array) => {
    surplus += bytes.length;
    if (surplus > maxSurplus) reset(stream);
  });
  stream.resume();
}
