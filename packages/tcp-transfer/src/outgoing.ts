import type { Duplex } from 'node:stream';
import type { Clock } from './clock.ts';
import type { Watchdog } from './watchdog.ts';

/** The least and the most that is handed to a connection at a time, in bytes. */
const [smallSlice, largeSlice] = [64 * 1024, 4 * 1024 * 1024];

/**
 * How much to hand over next, given how long the last slice took: what moves in a second. So a slow
 * client is seen to move, and a fast one costs few calls.
 */
export function nextSlice(bytes: number, milliseconds: number): number {
  const inASecond = (bytes * 1000) / Math.max(1, milliseconds);
  return Math.min(largeSlice, Math.max(smallSlice, Math.floor(inASecond)));
}

/** The sending side of a connection: waits until bytes have gone, but not for ever. */
export class Outgoing {
  readonly #stream: Duplex;
  readonly #watchdog: Watchdog;
  readonly #clock: Clock;
  #slice = smallSlice;
  #give: (error: Error) => void = () => undefined;

  constructor(stream: Duplex, watchdog: Watchdog, clock: Clock) {
    this.#stream = stream;
    this.#watchdog = watchdog;
    this.#clock = clock;
    stream.on('close', () => {
      this.#give(new Error('the connection was closed'));
    });
  }

  /** Sends bytes, which must stay in place until it is done. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const slice = bytes.subarray(at, at + this.#slice);
      const start = this.#clock.now();
      await this.#waitFor((done) => this.#stream.write(slice, done));
      this.#slice = nextSlice(slice.length, this.#clock.now() - start);
      this.#watchdog.moved(slice.length);
      at += slice.length;
    }
  }

  /** Ends the stream, and waits until all has gone. */
  async end(): Promise<void> {
    await this.#waitFor((done) => this.#stream.end(done));
  }

  async #waitFor(start: (done: (error?: Error | null) => void) => void): Promise<void> {
    this.#watchdog.resume();
    try {
      await new Promise<void>((resolve, reject) => {
        this.#give = reject;
        if (this.#stream.destroyed) reject(new Error('the connection was closed'));
        else
          start((error) => {
            if (error) reject(error);
            else resolve();
          });
      });
    } finally {
      this.#watchdog.pause();
    }
  }
}
