import type { Clock } from './clock.ts';
import { pause } from './pause.ts';
import { largeBuffer, smallBuffer } from './receive-buffers.ts';

/** Holds what is received, by all connections of a download together, to so many bytes per second. */
export class RateLimit {
  readonly #rate: number;
  readonly #clock: Clock;
  /** When all that was taken so far has had its time. */
  #freeAt = 0;

  /** @throws RangeError for a rate that is none */
  constructor(bytesPerSecond: number, clock: Clock) {
    if (!(bytesPerSecond > 0))
      throw new RangeError(`limitRate is ${bytesPerSecond}: expected a number above 0`);
    this.#rate = bytesPerSecond;
    this.#clock = clock;
  }

  /** How much is received at a time, in bytes: a quarter of a second's worth, so that it flows. */
  get bufferSize(): number {
    return Math.floor(Math.min(largeBuffer, Math.max(smallBuffer, this.#rate / 4)));
  }

  /** Resolves when bytes that have come may be used up, or when the signal is aborted. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    this.#freeAt = Math.max(now, this.#freeAt) + (bytes / this.#rate) * 1000;
    await pause(this.#clock, this.#freeAt - now, signal);
  }
}
