import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import { unacknowledged } from './unacknowledged.ts';
import type { Watchdog } from './watchdog.ts';

/** What is handed to a slow and to a fast connection at a time, in bytes. */
const [smallSlice, largeSlice] = [16 * 1024, 256 * 1024];

/** A slice that takes longer to go was waited for, in milliseconds. */
const noticeable = 100;

/** No system takes so many bytes into its own buffers: when they have gone, the client was fast. */
const beyondBuffers = 16 * 1024 * 1024;

/** The sending side of a connection: waits until bytes have gone, but not for ever. */
export class Outgoing {
  readonly #stream: Duplex;
  readonly #watchdog: Watchdog;
  readonly #clock: Clock;
  readonly #onTheWay: (stream: Duplex) => number | undefined;
  /** How many bytes have gone, in all and since one slice was waited for. */
  #sent = 0;
  #sentInOneGo = 0;
  /** How many had reached the client when that was last asked. */
  #arrived = 0;
  #give: (error: Error) => void = () => undefined;
  #onSlice: ((slice: Uint8Array, lineLength: number) => void) | undefined;

  /** @param onTheWay how many bytes the system has taken and the client has not, where it tells */
  constructor(
    stream: Duplex,
    watchdog: Watchdog,
    clock: Clock,
    onTheWay: (stream: Duplex) => number | undefined = unacknowledged,
  ) {
    this.#stream = stream;
    this.#watchdog = watchdog;
    this.#clock = clock;
    this.#onTheWay = onTheWay;
    watchdog.askBeforeBiting(() => this.#arrivedMeanwhile());
    stream.on('close', () => {
      this.#give(new Error('the connection was closed'));
    });
  }

  /** Names who is told of each slice that has gone, and how many of its first bytes are no data. */
  tell(onSlice: (slice: Uint8Array, lineLength: number) => void): void {
    this.#onSlice = onSlice;
  }

  /** Whether the client has ended its side, as far as that was read: it may well be gone. */
  get ended(): boolean {
    return this.#stream.readableEnded || this.#stream.destroyed;
  }

  /**
   * Sends bytes, which must stay in place until it is done. They go in slices, so that a slow client
   * is seen to move; a fast one gets larger ones, which cost fewer calls.
   *
   * @param lineLength how many of the first bytes are a header or a line, not data
   */
  async write(bytes: Uint8Array, lineLength = 0): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const most = this.#sentInOneGo >= beyondBuffers ? largeSlice : smallSlice;
      const slice = this.#ownable(bytes.subarray(at, at + most));
      const start = this.#clock.now();
      await this.#waitFor((done) => this.#stream.write(slice, done));
      this.#sent += slice.length;
      this.#sentInOneGo =
        this.#clock.now() - start < noticeable ? this.#sentInOneGo + slice.length : 0;
      this.#watchdog.moved(slice.length);
      this.#onSlice?.(slice, Math.min(slice.length, Math.max(0, lineLength - at)));
      at += slice.length;
    }
  }

  /** Ends the stream, and waits until all has gone. */
  async end(): Promise<void> {
    await this.#waitFor((done) => this.#stream.end(done));
  }

  /** A socket is done with bytes when it says so; another stream may pass the very bytes on. */
  #ownable(bytes: Uint8Array): Uint8Array {
    return this.#stream instanceof Socket ? bytes : new Uint8Array(bytes);
  }

  /** How many bytes are known to have reached the client since this was last asked. */
  #arrivedMeanwhile(): number {
    const onTheWay = this.#onTheWay(this.#stream);
    if (onTheWay === undefined) return 0;
    const before = this.#arrived;
    this.#arrived = Math.max(before, this.#sent - onTheWay);
    return this.#arrived - before;
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
