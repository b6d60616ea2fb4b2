// The server's side of a sealed connection: TLS over a stream that was accepted.
import type { Duplex } from 'node:stream';
import type { TlsOptions, TLSSocket, TLSSocketOptions } from 'node:tls';
import { TransferError } from '../transfer-error.ts';
import type { ConnectionKeys } from './connection-keys.ts';
import { firstByte } from './first-byte.ts';
import { reset } from './socket.ts';
import { isSealed, loadTls, tlsFirstByte } from './tls-settings.ts';

/**
 * Waits until a client has proven by TLS that it has one of the keys. The wait has no end of its own:
 * whoever destroys the stream ends it. A stream whose handshake has failed must be reset.
 *
 * @param stream a duplex stream from which nothing has been read
 * @returns the stream of what is sealed; if bytes of it are changed later, `stream` is reset
 * @throws TransferError `not-member`
 * @see docs/protocol.md, "Connections"
 */
export async function acceptSealed(stream: Duplex, keys: ConnectionKeys): Promise<TLSSocket> {
  const { TLSSocket, secureContext } = await loadTls();
  const first = await firstByte(stream);
  if (first === undefined) throw notMember('the client left before its TLS handshake');
  if (first !== tlsFirstByte)
    throw notMember('the client does not speak TLS: it is not in this sealed cluster');
  const options: TLSSocketOptions & Pick<TlsOptions, 'pskCallback'> = {
    isServer: true,
    secureContext,
    pskCallback: (_socket, identity) => keys.find(identity)?.secret ?? null,
  };
  const socket = new TLSSocket(stream, options);
  await new Promise<void>((resolve, reject) => {
    const fail = (cause?: Error): void => {
      reject(notMember('the client could not prove that it has a key of this cluster', cause));
    };
    // This listener stays: later errors are those of a read or a write.
    socket.on('error', fail);
    // A client that leaves has nothing more to prove. Nothing else would notice it: the side of the server stays
    // open, as that of a plain connection does.
    for (const event of ['end', 'close'])
      socket.once(event, () => {
        fail();
      });
    socket.once('secure', () => {
      if (isSealed(socket)) resolve();
      else fail();
    });
  });
  // Without a server of node:tls, Node reports here, and only here, that a record was changed.
  socket.on('_tlsError', () => {
    reset(stream);
  });
  return socket;
}

function notMember(message: string, cause?: Error): TransferError {
  return new TransferError('not-member', message, { cause });
}
