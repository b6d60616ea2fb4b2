// The client's side of a sealed connection: TLS over a stream that is connected.
import type { OnReadOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { formatPeerAddress, type PeerAddress } from '@peerlane/protocol';
import { TransferError } from '../transfer-error.ts';
import type { ConnectionKey } from './connection-keys.ts';
import { bufferReceiver, streamReceiver, type Receiver, type ReceiverEvents } from './receiver.ts';
import { isSealed, type SealedTls } from './tls-settings.ts';

/** How a sealed connection is made. */
export interface Sealing {
  readonly tls: SealedTls;
  readonly key: ConnectionKey;
  readonly address: PeerAddress;
  /**
   * A duplex stream that is connected.
   * @default a TCP connection, which is the fastest
   */
  readonly stream?: Duplex;
}

/**
 * Proves to a peer that this side has a key, and has it prove the same; then receives what it sends.
 * `onConnect` is called when both have done so. Otherwise `onEnd` gets a TransferError `not-member` if
 * what came says so, such as an alert of TLS; if the connection was not made or only ended, which a
 * crowded member does as well, an Error that says that.
 *
 * @param bufferSize of the largest buffer, in bytes
 * @see docs/protocol.md, "Connections"
 */
export function sealedReceiver(
  { tls, key, address, stream }: Sealing,
  events: ReceiverEvents & { readonly onConnect: () => void },
  bufferSize?: number,
): Receiver {
  const { secret: psk, identity } = key;
  const options = {
    secureContext: tls.secureContext,
    pskCallback: () => ({ psk, identity }),
  };
  let isConnected = stream !== undefined;
  let isOpen = false;
  const onEnd = (cause?: Error): void => {
    if (isOpen) events.onEnd(cause && readable(cause));
    else if (!isConnected || TransferError.is(cause)) events.onEnd(cause);
    else events.onEnd(isMereEnd(cause) ? endedEarly(cause) : notMember(address, cause));
  };
  const watch = (socket: TLSSocket): TLSSocket => {
    socket.once('secureConnect', () => {
      isOpen = isSealed(socket);
      if (isOpen) events.onConnect();
      else socket.destroy(notMember(address));
    });
    return socket;
  };
  const either = { onBytes: events.onBytes, onEnd };
  if (stream) {
    // TLS reports the errors of a stream as its own.
    stream.on('error', () => undefined);
    return streamReceiver(watch(tls.connect({ ...options, socket: stream })), either, bufferSize);
  }
  const open = (onread: OnReadOpts): TLSSocket => {
    const socket = tls.connect({ ...options, ...address, onread } as ConnectionOptions);
    socket.setNoDelay(true);
    socket.once('connect', () => {
      isConnected = true;
    });
    return watch(socket);
  };
  return bufferReceiver(open, either, bufferSize);
}

function notMember(address: PeerAddress, cause?: Error): TransferError {
  return new TransferError(
    'not-member',
    `${formatPeerAddress(address)} is not in this sealed cluster, or has another key`,
    { cause },
  );
}

/** Whether all that is known is that the connection has ended: nothing that the peer said. */
function isMereEnd(cause: NodeJS.ErrnoException | undefined): boolean {
  const { code = '' } = cause ?? {};
  return code === '' || code === 'ERR_STREAM_PREMATURE_CLOSE' || /^E(?!RR_)[A-Z]/.test(code);
}

function endedEarly(cause?: Error): Error {
  const message =
    'it ended the connection during the handshake: it is crowded, or of another cluster';
  return new Error(message, { cause });
}

/** OpenSSL's messages name its source files. */
function readable(cause: Error): Error {
  const { code = '' } = cause as NodeJS.ErrnoException;
  return code.startsWith('ERR_SSL_')
    ? new Error('what came was not sealed by the peer', { cause })
    : cause;
}
