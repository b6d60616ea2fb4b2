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

/** A way to a group: the address or the zone of an interface, and the group there. */
export interface Way {
  readonly by: string;
  readonly to: PeerAddress;
}

/**
 * Sends a datagram on each of several interfaces.
 *
 * @param none why it is sent on none if there are none
 * @throws why it could not be sent, if it was sent on none
 */
export async function sendOnEach(
  socket: Socket,
  datagram: Uint8Array,
  ways: readonly Way[],
  none: string,
): Promise<void> {
  let failure: unknown = new Error(none);
  let reached = false;
  for (const { by, to } of ways) {
    try {
      socket.setMulticastInterface(by);
      await sendOn(socket, datagram, to);
      reached = true;
    } catch (error) {
      failure = error;
    }
  }
  if (!reached) throw failure;
}

/** Waits until two have sent something. Rejects with the error of the first if both fail. */
export async function eitherSends(first: Promise<void>, second: Promise<void>): Promise<void> {
  const [one, other] = await Promise.allSettled([first, second]);
  if (one.status === 'rejected' && other.status === 'rejected') throw one.reason;
}
