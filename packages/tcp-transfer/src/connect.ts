import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Duplex } from 'node:stream';
import type { PeerAddress } from '@peerlane/protocol';

/** Opens a byte stream to a peer. Rejects where it cannot be reached, or with the signal's reason. */
export type Connect = (address: PeerAddress, signal?: AbortSignal) => Promise<Duplex>;

/** No answer to a connection attempt, or no byte, for so long gives up, in milliseconds. */
const idleTimeout = 30_000;

/** A TCP connection. */
export const connectTcp: Connect = async (address, signal) => {
  const socket = createConnection(address);
  socket.setNoDelay(true);
  socket.setTimeout(idleTimeout, () =>
    socket.destroy(new Error(`nothing moved for ${idleTimeout / 1000} s`)),
  );
  try {
    await once(socket, 'connect', { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
};
