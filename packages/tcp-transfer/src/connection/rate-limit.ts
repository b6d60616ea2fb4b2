// Limits how fast connections receive or send, all together.
import { pause } from '../async.ts';
import { checkPositive } from '../check-options.ts';
import { systemClock, type Clock } from '../clock.ts';
import { largeBuffer, smallBuffer } from './receive-buffers.ts';

/** The least that is sent at a time, in bytes, however low the limit is. */
const leastSlice = 1024;

/** Limits connections, all together, to a number of bytes per second: those of downloads, or those of a server. */
export class RateLimit {
  readonly #rate: number;
  readonly #clock: Clock;
  /** When the time that all bytes so far may take has passed. */
  #freeAt = 0;

  /**
   * @param name of the option, for the error
   * @throws RangeError if the rate is not a number greater than 0
   */
  constructor(bytesPerSecond: number, clock: Clock = systemClock, name = 'limitRate') {
    checkPositive({ [name]: bytesPerSecond });
    this.#rate = bytesPerSecond;
    this.#clock = clock;
  }

  /** How much is received at a time, in bytes: a quarter of a second's worth, so that it flows. */
  get bufferSize(): number {
    return Math.floor(Math.min(largeBuffer, Math.max(smallBuffer, this.#rate / 4)));
  }

  /** How much is sent at a time, in bytes: so little that several connections take turns. */
  get sliceSize(): number {
    return Math.floor(Math.max(leastSlice, this.#rate / 16));
  }

  /** Resolves when this many received bytes may be used, or as many be sent, or when the signal is aborted. */
  async waitFor(bytes: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const time = (bytes / this.#rate) * 1000;
    const at = Math.max(now, this.#freeAt) + time;
    this.#freeAt = at;
    await pause(this.#clock, at - now, signal);
    // What is not used in the end is there for others: one who only comes and goes holds up nobody.
    const early = at - this.#clock.now();
    if (early > 0) this.#freeAt -= Math.min(time, early);
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
