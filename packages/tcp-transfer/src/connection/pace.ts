// The limits for a slow transfer, and whether it exceeds them. Pure.
import { checkPositive } from '../check-options.ts';

/** The limits for the other side of a transfer. */
export interface PaceLimits {
  /**
   * The longest time in which nothing moves, in milliseconds.
   * @default 30_000
   */
  readonly idleTimeout?: number;
  /**
   * The least that must move, in bytes per second, as an average over each `rateWindow`.
   * @default 1024
   */
  readonly minimumRate?: number;
  /**
   * The time over which each average is formed, in milliseconds. For as long the rate of a new
   * transfer does not count.
   * @default 30_000
   */
  readonly rateWindow?: number;
}

/** The fault of a transfer that is too slow. */
export type PaceFault = 'idle' | 'slow';

/**
 * The limits with every default filled in.
 *
 * @throws RangeError if a limit is out of range
 */
export function resolvePace(limits: PaceLimits): Required<PaceLimits> {
  const { idleTimeout = 30_000, minimumRate = 1024, rateWindow = 30_000 } = limits;
  checkPositive({ idleTimeout, rateWindow });
  if (!(minimumRate >= 0))
    throw new RangeError(`minimumRate is ${minimumRate}: expected a number of at least 0`);
  return { idleTimeout, minimumRate, rateWindow };
}

/**
 * The pace of one transfer. Only the time spent waiting for the other side counts: the pace is paused
 * while this side is busy, as its disk may be slow. It begins paused.
 */
export class Pace {
  #limits: Required<PaceLimits>;
  #waitingSince: number | undefined;
  /** Time waited since bytes last moved, and in this window, both without the wait still going on. */
  #still = 0;
  #window = 0;
  #windowBytes = 0;

  constructor(limits: Required<PaceLimits>) {
    this.#limits = limits;
  }

  /** From now on time counts against the other side. */
  resume(now: number): void {
    this.#waitingSince ??= now;
  }

  /** From now on time does not count against the other side. */
  pause(now: number): void {
    this.#advance(now);
    this.#waitingSince = undefined;
  }

  /** Bytes have moved. */
  moved(bytes: number, now: number): void {
    this.#advance(now);
    this.#still = 0;
    this.#windowBytes += bytes;
  }

  /** From now on any rate is enough. */
  allowSlow(): void {
    this.#limits = { ...this.#limits, minimumRate: 0 };
  }

  /** The fault of the transfer by now, if it has one. */
  fault(now: number): PaceFault | undefined {
    this.#advance(now);
    const { idleTimeout, minimumRate, rateWindow } = this.#limits;
    if (this.#still >= idleTimeout) return 'idle';
    if (this.#window < rateWindow) return undefined;
    if (this.#windowBytes < (minimumRate * this.#window) / 1000) return 'slow';
    this.#window = 0;
    this.#windowBytes = 0;
    return undefined;
  }

  /** How long until something can be wrong if nothing moves; `undefined` while it is paused. */
  get remaining(): number | undefined {
    if (this.#waitingSince === undefined) return undefined;
    const { idleTimeout, rateWindow } = this.#limits;
    return Math.max(0, Math.min(idleTimeout - this.#still, rateWindow - this.#window));
  }

  #advance(now: number): void {
    if (this.#waitingSince === undefined) return;
    this.#still += now - this.#waitingSince;
    this.#window += now - this.#waitingSince;
    this.#waitingSince = now;
  }
}
