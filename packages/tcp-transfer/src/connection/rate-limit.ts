// Limits how fast the connections of a download receive, all together.
import { pause } from '../async.ts';
import { checkPositive } from '../check-options.ts';
import { systemClock, type Clock } from '../clock.ts';
import { largeBuffer, smallBuffer } from './receive-buffers.ts';

/** Limits the connections of one or more downloads, all together, to a number of bytes per second. */
export class RateLimit {
  readonly #rate: number;
  readonly #clock: Clock;
  /** When the time that all bytes so far may take has passed. */
  #freeAt = 0;

  /** @throws RangeError if the rate is not a number greater than 0 */
  constructor(bytesPerSecond: number, clock: Clock = systemClock) {
    checkPositive({ limitRate: bytesPerSecond });
    this.#rate = bytesPerSecond;
    this.#clock = clock;
  }

  /** How much is received at a time, in bytes: a quarter of a second's worth, so that it flows. */
  get bufferSize(): number {
    return Math.floor(Math.min(largeBuffer, Math.max(smallBuffer, this.#rate / 4)));
  }

  /** Resolves when this many received bytes may be used, or when the signal is aborted. */
  async waitFor(bytes: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    this.#freeAt = Math.max(now, this.#freeAt) + (bytes / this.#rate) * 1000;
    await pause(this.#clock, this.#freeAt - now, signal);
  }
}

/**
 * The limit that an option asks for; none without the option.
 *
 * @throws RangeError if the rate is not a number greater than 0
 */
export function rateLimit(
  limitRate: number | RateLimit | undefined,
  clock: Clock,
): RateLimit | undefined {
  if (limitRate === undefined || limitRate instanceof RateLimit) return limitRate;
  return new RateLimit(limitRate, clock);
}
