import type { Clock } from '../clock.ts';
import { pause } from '../async.ts';
import { checkPositive } from '../check-options.ts';
import { largeBuffer, smallBuffer } from './receive-buffers.ts';

/** Holds what is received, by all connections of a download together, to so many bytes per second. */
export class RateLimit {
  readonly #rate: number;
  readonly #clock: Clock;
  /** When all that was taken so far has had its time. */
  #freeAt = 0;

  constructor(bytesPerSecond: number, clock: Clock) {
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

/**
 * The limit that an option asks for.
 *
 * @throws RangeError for a rate that is none
 */
export function rateLimit(limitRate: number | undefined, clock: Clock): RateLimit | undefined {
  if (limitRate === undefined) return undefined;
  checkPositive({ limitRate });
  return new RateLimit(limitRate, clock);
}
