// The sending end of a connection: each write waits until its bytes are gone, but not forever.
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { RateLimit } from './rate-limit.ts';
import { releasesWrittenBytes, unacknowledged } from './socket.ts';
import type { Watchdog } from './watchdog.ts';

/** How much a slow and a fast connection are handed at a time, in bytes. */
const [smallSlice, largeSlice] = [16 * 1024, 256 * 1024];

/** A write that takes longer than this, in milliseconds, had to wait for the client. */
const noticeable = 100;

/** More than any system buffers, in bytes: if this much is gone without a wait, the client is fast. */
const beyondBuffers = 16 * 1024 * 1024;

/** Called for each slice that is gone; `lineLength` of its first bytes are a header or a line, not data. */
export type OnSlice = (slice: Uint8Array, lineLength: number) => void;

/** Writes to a stream, and waits until the bytes are gone. The watchdog ends the wait. */
export class StreamWriter {
  readonly #stream: Duplex;
  readonly #watchdog: Watchdog;
  readonly #clock: Clock;
  readonly #inFlight: (stream: Duplex) => number | undefined;
  readonly #limit: RateLimit | undefined;
  readonly #closed = new AbortController();
  /** How many bytes are gone, in all and since a slice last had to wait. */
  #sent = 0;
  #sentWithoutWait = 0;
  /** How many had reached the client when that was last asked. */
  #arrived = 0;
  #fail: (error: Error) => void = () => undefined;
  #onSlice: OnSlice | undefined;

  /**
   * @param inFlight how many bytes the system has accepted and the client has not, if it says so
   * @param limit what is written waits for this limit
   */
  constructor(
    stream: Duplex,
    watchdog: Watchdog,
    clock: Clock,
    inFlight: (stream: Duplex) => number | undefined = unacknowledged,
    limit?: RateLimit,
  ) {
    this.#stream = stream;
    this.#watchdog = watchdog;
    this.#clock = clock;
    this.#inFlight = inFlight;
    this.#limit = limit;
    watchdog.countUnreportedWith(() => this.#arrivedMeanwhile());
    stream.on('close', () => {
      this.#closed.abort();
      this.#fail(new Error('the connection was closed'));
    });
  }

  /** Sets what is called for each slice that is gone. */
  observe(onSlice: OnSlice): void {
    this.#onSlice = onSlice;
  }

  /** Whether the client has ended its side, as far as that was read: it may well be gone. */
  get ended(): boolean {
    return this.#stream.readableEnded || this.#stream.destroyed;
  }

  /**
   * Sends bytes, which must stay in place until it resolves. They go in slices, so that a slow client
   * is seen to move; a fast one gets larger slices, which take fewer calls.
   *
   * @param lineLength how many of the first bytes are a header or a line, not data
   */
  async write(bytes: Uint8Array, lineLength = 0): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const slice = this.#writable(bytes.subarray(at, at + this.#mostAtATime));
      // The client is not to blame for this wait.
      await this.#limit?.waitFor(slice.length, this.#closed.signal);
      const start = this.#clock.now();
      await this.#waitFor((done) => this.#stream.write(slice, done));
      this.#sent += slice.length;
      this.#sentWithoutWait =
        this.#clock.now() - start < noticeable ? this.#sentWithoutWait + slice.length : 0;
      this.#watchdog.moved(slice.length);
      this.#onSlice?.(slice, Math.min(slice.length, Math.max(0, lineLength - at)));
      at += slice.length;
    }
  }

  /** Ends the wait of a write, if there is one, with an error. */
  fail(error: Error): void {
    this.#fail(error);
  }

  /** Ends the stream, and waits until all bytes are gone. */
  async end(): Promise<void> {
    await this.#waitFor((done) => this.#stream.end(done));
  }

  get #mostAtATime(): number {
    const most = this.#sentWithoutWait >= beyondBuffers ? largeSlice : smallSlice;
    return Math.min(most, this.#limit?.sliceSize ?? most);
  }

  #writable(bytes: Uint8Array): Uint8Array {
    return releasesWrittenBytes(this.#stream) ? bytes : new Uint8Array(bytes);
  }

  /** How many bytes are known to have reached the client since this was last asked. */
  #arrivedMeanwhile(): number {
    const inFlight = this.#inFlight(this.#stream);
    if (inFlight === undefined) return 0;
    const before = this.#arrived;
    this.#arrived = Math.max(before, this.#sent - inFlight);
    return this.#arrived - before;
  }

  async #waitFor(start: (done: (error?: Error | null) => void) => void): Promise<void> {
    this.#watchdog.resume();
    try {
      await new Promise<void>((resolve, reject) => {
        this.#fail = reject;
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
