// A local network for tests.
import type { LanSocket } from '../lan/lan-socket.ts';
import type { Clock } from '../system/clock.ts';
import type { Receive } from '../transport/transport.ts';

/** A local network in memory, on which nodes hear each other's announcements. */
export class MemoryLan {
  readonly #clock: Clock;
  readonly #members = new Map<object, { readonly host: string; receive?: Receive }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A socket of the machine with the IP address `host`. */
  open(host: string): LanSocket {
    const socket: LanSocket = {
      onDatagram: (receive) => this.#members.set(socket, { host, receive }),
      announce: (datagram) => {
        this.#clock.schedule(() => {
          for (const member of this.#members.values())
            member.receive?.(datagram, { host, port: 1 });
        }, 1);
        return Promise.resolve();
      },
      close: () => {
        this.#members.delete(socket);
        return Promise.resolve();
      },
    };
    return socket;
  }
}
