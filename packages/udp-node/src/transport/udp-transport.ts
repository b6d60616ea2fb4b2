// A transport on a UDP socket.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { normalHost, normalLocalHost, withoutZone, type PeerAddress } from '@peerlane/protocol';
import { checkPort } from '../system/checks.ts';
import { systemLookup } from '../system/system-lookup.ts';
import type { DatagramTransport, Receive } from './transport.ts';

/**
 * The most bytes that wait to be received while the program is busy for a moment. Linux grants 416 KiB
 * of it, unless `net.core.rmem_max` is raised.
 */
const receiveBuffer = 4 * 2 ** 20;

/**
 * The most bytes that wait to be sent: as many as Linux grants unless `net.core.wmem_max` is raised.
 * Linux doubles that, to 416 KiB, as it counts the memory that a datagram uses. On macOS and Windows the
 * bytes themselves count.
 */
const sendBuffer = 208 * 2 ** 10;

/** The address to which a UDP transport is bound. */
export interface UdpTransportOptions {
  /** An IP address, or a name that resolves to one. */
  readonly host: string;
  /** 0 to 65535; for 0 the system chooses a free port. */
  readonly port: number;
}

/**
 * Binds a UDP socket.
 *
 * @throws RangeError for a bad port; the system's error, such as `EADDRINUSE`, if it cannot be bound
 */
export async function openUdpTransport({
  host,
  port,
}: UdpTransportOptions): Promise<DatagramTransport> {
  checkPort('port', port, 0);
  const address = await systemLookup(host);
  const family = address.includes(':') ? 6 : 4;
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    // Only IP addresses get here. Without a lookup a datagram leaves at once: with the default one, a
    // datagram that is sent just before `close` would never be reported as sent or failed.
    lookup: (ip, _options, found) => {
      found(null, ip, family);
    },
  });
  const listening = once(socket, 'listening');
  // Not shared with other programs, nor with other processes of node:cluster.
  socket.bind({ address, port, exclusive: true });
  try {
    await listening;
  } catch (error) {
    socket.close();
    throw error;
  }
  return new UdpTransport(socket, family === 6);
}

/** How IPv4 addresses begin on an IPv6 socket; nobody who reads an error knows them so. */
const mappedPrefix = '::ffff:';

class UdpTransport implements DatagramTransport {
  readonly address: PeerAddress;
  readonly #socket: Socket;
  readonly #ipv6: boolean;
  #closed: Promise<void> | undefined;

  constructor(socket: Socket, ipv6: boolean) {
    this.#socket = socket;
    this.#ipv6 = ipv6;
    const { address, port } = socket.address();
    this.address = { host: address, port };
    attempt(() => {
      socket.setRecvBufferSize(receiveBuffer);
    });
    attempt(() => {
      socket.setSendBufferSize(sendBuffer);
    });
    // After binding, an error of the socket concerns one datagram: the next may succeed.
    socket.on('error', () => undefined);
  }

  onDatagram(receive: Receive): void {
    this.#socket.removeAllListeners('message');
    this.#socket.on('message', (datagram, { address, port }) => {
      const from = sourceOf(address, port);
      if (from !== undefined) receive(datagram, from);
    });
  }

  send(datagram: Uint8Array, to: PeerAddress): Promise<void> {
    if (this.#closed) return Promise.resolve();
    const prefix = this.#ipv6 && !to.host.includes(':') ? mappedPrefix : '';
    const host = prefix + to.host;
    return new Promise((resolve, reject) => {
      this.#socket.send(datagram, to.port, host, (error) => {
        if (!error || this.#closed) resolve();
        else reject(Object.assign(error, { message: error.message.replace(prefix, '') }));
      });
    });
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#socket.close(resolve);
    });
    return this.#closed;
  }
}

/** Sets the size of a buffer, if the system allows it. */
function attempt(set: () => void): void {
  try {
    set();
  } catch {
    // The system's own size will do.
  }
}

/**
 * The source of a datagram in its normal form: IPv4 as such, and a link-local address with its zone.
 * `undefined` if it cannot be answered.
 */
export function sourceOf(address: string, port: number): PeerAddress | undefined {
  const host = normalLocalHost(address) ?? normalHost(withoutZone(address));
  return host === undefined || port === 0 ? undefined : { host, port };
}
