// A transport that behaves as a socket of Linux among dead neighbours.
import type { PeerAddress } from '@peerlane/protocol';
import type { DatagramTransport, Receive } from '../../src/index.ts';
import type { ManualClock } from '../../src/testing/index.ts';

/** The size of the send buffer that Linux gives the sockets of this package, in bytes. */
export const socketBuffer: number = 2 * 208 * 1024;

/** How long Linux keeps datagrams to a neighbour that does not answer, in milliseconds. */
const resolutionTakes = 3000;

interface Waiting {
  readonly bytes: Uint8Array;
  readonly to: PeerAddress;
  readonly leave: () => void;
}

/**
 * A socket of Linux in virtual time: datagrams to neighbours that do not answer stay in its buffer for
 * three seconds, and once that was full nothing leaves until half of it is free.
 */
export class NeighbourSocket implements DatagramTransport {
  readonly address: PeerAddress;
  /** The most bytes of the buffer that were in use. */
  peak = 0;
  readonly #inner: DatagramTransport;
  readonly #clock: ManualClock;
  readonly #isDead: (host: string) => boolean;
  readonly #waiting: Waiting[] = [];
  #used = 0;

  constructor(inner: DatagramTransport, clock: ManualClock, isDead: (host: string) => boolean) {
    this.address = inner.address;
    this.#inner = inner;
    this.#clock = clock;
    this.#isDead = isDead;
  }

  onDatagram(receive: Receive): void {
    this.#inner.onDatagram(receive);
  }

  send(bytes: Uint8Array, to: PeerAddress): Promise<void> {
    return new Promise((leave) => {
      this.#waiting.push({ bytes, to, leave });
      if (this.#waiting.length === 1) this.#flush();
    });
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #flush(): void {
    for (let [next] = this.#waiting; next && this.#used < socketBuffer; [next] = this.#waiting) {
      this.#waiting.shift();
      next.leave();
      if (this.#isDead(next.to.host)) this.#keep(memoryOf(next.bytes.length));
      else void this.#inner.send(next.bytes, next.to);
    }
  }

  #keep(memory: number): void {
    this.#used += memory;
    this.peak = Math.max(this.peak, this.#used);
    this.#clock.schedule(() => {
      this.#used -= memory;
      if (this.#used < socketBuffer / 2) this.#flush();
    }, resolutionTakes);
  }
}

/** The bytes of the buffer that a datagram uses, as measured on Linux 6. */
function memoryOf(size: number): number {
  if (size <= 160) return 832;
  return size <= 640 ? 1280 : 2304;
}
