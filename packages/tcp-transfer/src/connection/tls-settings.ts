// The one kind of TLS that sealed connections speak, on both sides.
import type { ConnectionOptions, SecureContext, TLSSocket } from 'node:tls';

/** The cipher of every sealed connection. */
export const sealedCipher = 'TLS_AES_128_GCM_SHA256';

/** The version of TLS of every sealed connection. */
export const sealedProtocol = 'TLSv1.3';

/** The first byte of a connection by TLS: a record of its handshake. */
export const tlsFirstByte = 0x16;

/** The alert `handshake_failure` of TLS as a server sends it that has no key: its whole record. */
export const handshakeFailure: Uint8Array = new Uint8Array([0x15, 3, 3, 0, 2, 2, 40]);

/** TLS itself, and what all sealed connections of this process have in common: no key, no certificate. */
export interface SealedTls {
  readonly connect: (options: ConnectionOptions) => TLSSocket;
  readonly TLSSocket: typeof TLSSocket;
  readonly secureContext: SecureContext;
}

let loaded: Promise<SealedTls> | undefined;

/** Loads TLS when it is first needed: those who never seal a connection start faster. */
export function loadTls(): Promise<SealedTls> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<SealedTls> {
  const [{ connect, createSecureContext, TLSSocket }, { constants }] = await Promise.all([
    import('node:tls'),
    import('node:crypto'),
  ]);
  const secureContext = createSecureContext({
    ciphers: sealedCipher,
    minVersion: sealedProtocol,
    maxVersion: sealedProtocol,
    // No authority is trusted: a key is the only proof.
    ca: [],
    // OpenSSL sends a ticket all the same, but one that only names a session, and Node keeps none.
    secureOptions: constants.SSL_OP_NO_TICKET,
  });
  return { connect, TLSSocket, secureContext };
}

/** Whether a connection was made with a pre-shared key, and in no other way. */
export function isSealed(socket: TLSSocket): boolean {
  return (
    // In TLS 1.3 a pre-shared key is a session that is resumed; no session is ever saved here.
    socket.isSessionReused() &&
    socket.getProtocol() === sealedProtocol &&
    socket.getCipher().name === sealedCipher &&
    Object.keys(socket.getPeerCertificate()).length === 0
  );
}
