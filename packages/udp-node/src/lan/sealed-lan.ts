// A socket of the local network whose announcements are sealed.
import type { Sealing } from '../transport/sealing.ts';
import { announcementRate } from './lan-discovery.ts';
import type { LanSocket } from './lan-socket.ts';

/**
 * Seals the announcements of a socket, and receives those that open.
 *
 * @param isHeard whether announcements of a machine are received. The others are dropped first: one
 * announcement comes by several interfaces, and only its first copy opens
 */
export function sealedLan(
  socket: LanSocket,
  sealing: Sealing,
  isHeard: (host: string) => boolean,
): LanSocket {
  const opener = sealing.opener(announcementRate);
  return {
    onDatagram: (receive) => {
      socket.onDatagram((sealed, from) => {
        const datagram = isHeard(from.host) ? opener.open(sealed, from) : undefined;
        if (datagram) receive(datagram, from, sealed);
      });
    },
    announce: (datagram) => socket.announce(sealing.seal(datagram)),
    close: () => socket.close(),
  };
}
