import type { Clock, Timer } from '../clock.ts';
import { Pace, type PaceLimits } from './pace.ts';
import { TransferError } from '../transfer-error.ts';

/** Ends a transfer whose other side is too slow. It begins paused, and bites once. */
export class Watchdog {
  readonly #limits: Required<PaceLimits>;
  readonly #clock: Clock;
  readonly #bite: (error: TransferError) => void;
  readonly #pace: Pace;
  #timer: Timer | undefined;
  #unnoticed: () => number = () => 0;

  constructor(limits: Required<PaceLimits>, clock: Clock, bite: (error: TransferError) => void) {
    this.#limits = limits;
    this.#clock = clock;
    this.#bite = bite;
    this.#pace = new Pace(limits);
  }

  /** The other side is waited for. */
  resume(): void {
    this.#pace.resume(this.#clock.now());
    // A timer that was set before a pause stays: it looks, and is set anew.
    if (!this.#timer) this.#schedule();
  }

  /** This side is busy. */
  pause(): void {
    this.#pace.pause(this.#clock.now());
  }

  /** Bytes have moved. */
  moved(bytes: number): void {
    this.#pace.moved(bytes, this.#clock.now());
  }

  /** However little moves is enough from now on, as long as something does. */
  allowSlow(): void {
    this.#pace.allowSlow();
  }

  /** Who can know of bytes that moved and were not told is asked before a bite. */
  askBeforeBiting(unnoticed: () => number): void {
    this.#unnoticed = unnoticed;
  }

  /** The transfer is over. */
  stop(): void {
    this.pause();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #schedule(): void {
    const { remaining } = this.#pace;
    this.#timer =
      remaining === undefined
        ? undefined
        : this.#clock.schedule(() => {
            this.#look();
          }, remaining);
  }

  #look(): void {
    const { idleTimeout, minimumRate } = this.#limits;
    let fault = this.#pace.fault(this.#clock.now());
    if (fault !== undefined) {
      const bytes = this.#unnoticed();
      if (bytes > 0) this.moved(bytes);
      fault = this.#pace.fault(this.#clock.now());
    }
    if (fault === undefined) {
      this.#schedule();
      return;
    }
    this.stop();
    this.#bite(
      new TransferError(
        'too-slow',
        fault === 'idle'
          ? `nothing moved for ${idleTimeout / 1000} s`
          : `less than ${minimumRate} bytes per second moved`,
      ),
    );
  }
}
