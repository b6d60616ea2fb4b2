// Serves one connection: reads its requests and answers them, in the version that the client speaks.
import type { Duplex } from 'node:stream';
import {
  TransferRequestDecoder,
  type TransferRequest,
  type TransferRequestV2,
} from '@peerlane/protocol';
import { answerRequest } from './answer-request.ts';
import { deferred } from '../async.ts';
import { systemClock, type Clock } from '../clock.ts';
import { acceptSealed } from '../connection/accept-sealed.ts';
import { StreamWriter } from '../connection/stream-writer.ts';
import { FolderWork } from '../folders/folder-work.ts';
import { costOf, requestCosts } from '../limits/request-rate.ts';
import { resolvePace } from '../connection/pace.ts';
import { reset, unacknowledged } from '../connection/socket.ts';
import { handshakeFailure, tlsFirstByte } from '../connection/tls-settings.ts';
import { SendBuffers } from './send-buffers.ts';
import type { ConnectionKeys } from '../connection/connection-keys.ts';
import type { ServeOptions } from './serve-options.ts';
import { discardSurplus, serveV1 } from './serve-v1.ts';
import type { ServedLibrary } from '../answers/served-library.ts';
import { TransferError } from '../transfer-error.ts';
import type { FoundFile, OnTransferWire } from './file-server-events.ts';
import { Watchdog } from '../connection/watchdog.ts';

/**
 * Serves one connection. With `keys` it is sealed: a client that has none of them is not served. A
 * client of version 1 gets a header and the file, and the connection ends;
 * without such a file it ends without a byte. A client of version 2 gets an answer to each of its
 * requests, until it ends the connection or is silent for `idleTimeout`.
 *
 * @param raw a duplex stream from which nothing has been read
 * @throws ProtocolError `bad-request`; TransferError `too-slow`, `changed`, `not-member`; Error if the
 * file or the connection fails. The stream is reset then, or destroyed if it cannot be reset: a client never sees
 * a clean end of an incomplete file.
 * @see docs/protocol.md, "TCP" and "Connections"
 */
export async function serveConnection(
  raw: Duplex,
  library: ServedLibrary,
  options: ServeOptions = {},
): Promise<void> {
  const { clock = systemClock, buffers = new SendBuffers(), onWire } = options;
  const { folders = new FolderWork(), machine = raw } = options;
  const pace = resolvePace(options);
  const { requestTimeout = 10_000, protocol = 2, keys } = options;
  const since = clock.now();
  let fault: TransferError | undefined;
  const cutOff = (error: TransferError): void => {
    fault = error;
    reset(raw);
  };
  const watchdog = new Watchdog(pace, clock, cutOff, options.meter);
  // The read or write in progress reports an error; later errors need no report.
  raw.on('error', () => undefined);
  try {
    const stream = keys ? await sealedStream(raw, keys, requestTimeout, clock) : raw;
    if (!stream) {
      raw.destroy();
      return;
    }
    const connection = new StreamWriter(
      ...([stream, watchdog, clock] as const),
      () => unacknowledged(raw),
      options.limit,
    );
    if (onWire) connection.observe(reportTo(onWire));
    const first = { timeout: requestTimeout, since, protocol };
    let request = await readRequest(stream, first, clock, cutOff, onWire);
    // A client that has enough sources leaves without a request: that is no fault.
    if (!request || (request.version === 2 && protocol === 1)) {
      await connection.end();
      return;
    }
    if (request.version === 1 && keys)
      throw new TransferError('refused', 'a sealed cluster has no version 1');
    if (request.version === 1) {
      options.onAsked?.(request.filename);
      await turnOf(request, stream, options);
      discardSurplus(stream, onWire);
      await serveV1(request.filename, library.files, connection, buffers, options);
      return;
    }
    let sending: FoundFile | undefined;
    const onSending = (file: FoundFile): void => {
      // A file is sent in many parts but reported once; so is a folder, of which the parts add up.
      const isOther = sending?.filename !== file.filename;
      if (isOther) {
        if (sending) options.onSent?.(sending);
        options.onSending?.(file);
      }
      const before = isOther || !isFolder(file) ? 0 : sending!.size;
      sending = { ...file, size: before + file.size };
    };
    const { catalog = true, receiving } = options;
    const work = { work: folders, owner: machine };
    const context = { library, catalog, buffers, ...work, clock, receiving, onSending };
    let asked: string | undefined;
    while (request?.version === 2) {
      const name = nameIn(request);
      // A folder is asked for in many pages and packs but reported once.
      const isTold = name === undefined || (name === asked && name.endsWith('/'));
      options.onAsked?.(isTold ? undefined : name);
      asked = name;
      await turnOf(request, stream, options);
      await answerRequest(request, connection, context);
      options.onAnswered?.();
      const closeIdle = (): unknown => stream.destroy();
      const next = { timeout: pace.idleTimeout, since: clock.now(), protocol };
      request = await readRequest(stream, next, clock, closeIdle, onWire);
    }
    await connection.end();
    if (sending) options.onSent?.(sending);
  } catch (error) {
    reset(raw);
    throw fault ?? error;
  } finally {
    watchdog.stop();
  }
}

/** What a request asks for: a folder has a slash at its end. An offer asks for nothing. */
function nameIn({ want, filename = '' }: TransferRequestV2): string | undefined {
  if (want === 'accept') return undefined;
  return want === 'tree' || want === 'pack' ? `${filename}/` : filename;
}

function isFolder({ filename }: FoundFile): boolean {
  return filename.endsWith('/');
}

/** Waits for the handshake of a sealed connection, but not forever; `undefined` if the client leaves. */
async function sealedStream(
  raw: Duplex,
  keys: ConnectionKeys,
  timeout: number,
  clock: Clock,
): Promise<Duplex | undefined> {
  const late = deferred<never>();
  const timer = clock.schedule(() => {
    late.reject(
      new TransferError('not-member', `no TLS handshake came within ${timeout / 1000} s`),
    );
  }, timeout);
  try {
    return await Promise.race([acceptSealed(raw, keys), late.promise]);
  } finally {
    timer.cancel();
  }
}

/** Waits until a request may be answered. */
async function turnOf(
  request: TransferRequest,
  stream: Duplex,
  { turn }: ServeOptions,
): Promise<void> {
  if (!turn) return;
  const cost = request.version === 1 ? requestCosts.data : costOf(request);
  const gone = new AbortController();
  const onClose = (): void => {
    gone.abort();
  };
  stream.once('close', onClose);
  await turn(cost, gone.signal);
  stream.off('close', onClose);
  if (stream.destroyed) throw new Error('the connection was closed');
}

const lineFeed = new Uint8Array([0x0a]);

/**
 * Reads the next request; `undefined` if the client ends the connection instead. A server of version 1 takes
 * what comes first for the whole.
 *
 * @throws Error if the connection ends in the middle of a request
 */
async function readRequest(
  stream: Duplex,
  {
    timeout,
    since,
    protocol,
  }: { readonly timeout: number; readonly since: number; readonly protocol: 1 | 2 },
  clock: Clock,
  cutOff: (error: TransferError) => void,
  onWire: OnTransferWire | undefined,
): Promise<TransferRequest | undefined> {
  const decoder = new TransferRequestDecoder();
  let isBegun = false;
  const timer = clock.schedule(
    () => {
      cutOff(new TransferError('too-slow', `no request came within ${timeout / 1000} s`));
    },
    timeout - (clock.now() - since),
  );
  try {
    const pieces = stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    for await (const bytes of pieces) {
      onWire?.('in', { bytes });
      isBegun = true;
      // A request never holds this byte.
      if (bytes[0] === tlsFirstByte) {
        stream.end(handshakeFailure);
        throw new TransferError('not-member', 'the client speaks TLS: it is in a sealed cluster');
      }
      let request = decoder.push(bytes)?.request;
      if (protocol === 1) request ??= decoder.push(lineFeed)?.request;
      if (request) return request;
    }
  } finally {
    timer.cancel();
  }
  if (isBegun) throw new Error('the connection ended before the request was whole');
  return undefined;
}

/** Reports lines with a copy of their bytes, as the buffer that they were sent from is used again. */
function reportTo(onWire: OnTransferWire): (slice: Uint8Array, lineLength: number) => void {
  return (slice, lineLength) => {
    if (lineLength > 0) onWire('out', { bytes: new Uint8Array(slice.subarray(0, lineLength)) });
    if (slice.length > lineLength) onWire('out', { dataLength: slice.length - lineLength });
  };
}
