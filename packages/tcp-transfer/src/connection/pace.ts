import { checkPositive } from '../check-options.ts';

/** How slow the other side of a transfer may be. */
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
   * How long a slow transfer is put up with before its rate counts, and over how long the rate is
   * then taken each time, in milliseconds.
   * @default 30_000
   */
  readonly rateWindow?: number;
}

/** What is wrong with the pace of a transfer. */
export type PaceFault = 'idle' | 'slow';

/**
 * The limits with every default filled in.
 *
 * @throws RangeError where one makes no sense
 */
export function resolvePace(limits: PaceLimits): Required<PaceLimits> {
  const { idleTimeout = 30_000, minimumRate = 1024, rateWindow = 30_000 } = limits;
  checkPositive({ idleTimeout, rateWindow });
  if (!(minimumRate >= 0))
    throw new RangeError(`minimumRate is ${minimumRate}: expected a number of at least 0`);
  return { idleTimeout, minimumRate, rateWindow };
}

/**
 * The pace of one transfer. Only the time in which the other side is waited for counts: while this
 * side is busy (its disk may be slow) the pace is paused. It begins paused.
 */
export class Pace {
  #limits: Required<PaceLimits>;
  #waitingSince: number | undefined;
  /** Time waited since something last moved, and in this window, without the wait going on now. */
  #still = 0;
  #window = 0;
  #windowBytes = 0;

  constructor(limits: Required<PaceLimits>) {
    this.#limits = limits;
  }

  /** From now on the other side is waited for. */
  resume(now: number): void {
    this.#waitingSince ??= now;
  }

  /** From now on it is not. */
  pause(now: number): void {
    this.#settle(now);
    this.#waitingSince = undefined;
  }

  /** Bytes have moved. */
  moved(bytes: number, now: number): void {
    this.#settle(now);
    this.#still = 0;
    this.#windowBytes += bytes;
  }

  /** From now on no rate is asked for. */
  allowSlow(): void {
    this.#limits = { ...this.#limits, minimumRate: 0 };
  }

  /** What is wrong by now, if anything. */
  fault(now: number): PaceFault | undefined {
    this.#settle(now);
    const { idleTimeout, minimumRate, rateWindow } = this.#limits;
    if (this.#still >= idleTimeout) return 'idle';
    if (this.#window < rateWindow) return undefined;
    if (this.#windowBytes < (minimumRate * this.#window) / 1000) return 'slow';
    this.#window = 0;
    this.#windowBytes = 0;
    return undefined;
  }

  /** How long it takes until something can be wrong, where nothing moves; `undefined` in a pause. */
  get remaining(): number | undefined {
    if (this.#waitingSince === undefined) return undefined;
    const { idleTimeout, rateWindow } = this.#limits;
    return Math.max(0, Math.min(idleTimeout - this.#still, rateWindow - this.#window));
  }

  #settle(now: number): void {
    if (this.#waitingSince === undefined) return;
    this.#still += now - this.#waitingSince;
    this.#window += now - this.#waitingSince;
    this.#waitingSince = now;
  }
}
