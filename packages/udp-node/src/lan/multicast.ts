// What the multicast sockets of both versions of IP have in common.
import { createSocket, type BindOptions, type Socket, type SocketOptions } from 'node:dgram';
import { once } from 'node:events';
import type { PeerAddress } from '@peerlane/protocol';

/**
 * Opens a socket whose datagrams do not leave the local network.
 *
 * @throws the system's error if the address cannot be bound
 */
export async function bindMulticast(options: SocketOptions, address: BindOptions): Promise<Socket> {
  const socket = createSocket(options);
  const listening = once(socket, 'listening');
  socket.bind({ ...address, exclusive: false });
  try {
    await listening;
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on('error', () => undefined);
  socket.setMulticastTTL(1);
  return socket;
}

/** Sends a datagram. Rejects with the system's error. */
export function sendOn(socket: Socket, datagram: Uint8Array, to: PeerAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(datagram, to.port, to.host, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
