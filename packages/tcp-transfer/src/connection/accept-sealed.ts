// The server's side of a sealed connection: TLS over a stream that was accepted.
import type { Duplex } from 'node:stream';
import type { TlsOptions, TLSSocket, TLSSocketOptions } from 'node:tls';
import { TransferError } from '../transfer-error.ts';
import type { ConnectionKeys } from './connection-keys.ts';
import { firstByte } from './first-byte.ts';
import { reset } from './socket.ts';
import { isSealed, loadTls, tlsFirstByte } from './tls-settings.ts';

/**
 * Waits until a client has proven by TLS that it has one of the keys, or has left. The wait has no end of its own:
 * whoever destroys the stream ends it. A stream whose handshake has failed must be reset.
 *
 * @param stream a duplex stream from which nothing has been read
 * @returns the stream of what is sealed, which resets `stream` if bytes of it are changed later; `undefined`
 * if the client, or whoever accepted it, ends the stream before the handshake is over
 * @throws TransferError `not-member`
 * @see docs/protocol.md, "Connections"
 */
export async function acceptSealed(
  stream: Duplex,
  keys: ConnectionKeys,
): Promise<TLSSocket | undefined> {
  const { TLSSocket, secureContext } = await loadTls();
  const first = await firstByte(stream);
  if (first === undefined) return undefined;
  if (first !== tlsFirstByte)
    throw notMember('the client does not speak TLS: it is not in this sealed cluster');
  const options: TLSSocketOptions & Pick<TlsOptions, 'pskCallback'> = {
    isServer: true,
    secureContext,
    pskCallback: (_socket, identity) => keys.find(identity)?.secret ?? null,
  };
  const socket = new TLSSocket(stream, options);
  const isProven = await new Promise<boolean>((resolve, reject) => {
    const fail = (cause?: Error): void => {
      reject(notMember('the client could not prove that it has a key of this cluster', cause));
    };
    // This listener stays: later errors are those of a read or a write.
    socket.on('error', fail);
    // Nothing else would notice a client that leaves: the side of the server stays open, as that of a plain
    // connection does.
    for (const event of ['end', 'close'])
      socket.once(event, () => {
        resolve(false);
      });
    socket.once('secure', () => {
      if (isSealed(socket)) resolve(true);
      else fail();
    });
  });
  if (!isProven) return undefined;
  // Without a server of node:tls, Node reports here, and only here, that a record was changed.
  socket.on('_tlsError', () => {
    reset(stream);
  });
  return socket;
}

function notMember(message: string, cause?: Error): TransferError {
  return new TransferError('not-member', message, { cause });
}
