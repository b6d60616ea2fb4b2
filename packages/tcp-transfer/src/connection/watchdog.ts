// Ends a transfer whose other side is too slow: the pace of a transfer, with a clock.
import type { Clock, Timer } from '../clock.ts';
import type { SpeedMeter } from '../limits/speed-meter.ts';
import { Pace, type PaceLimits } from './pace.ts';
import { sizeText } from '../size-text.ts';
import { TransferError } from '../transfer-error.ts';

/** Reports once that the other side of a transfer is too slow. It begins paused. */
export class Watchdog {
  readonly #limits: Required<PaceLimits>;
  readonly #clock: Clock;
  readonly #onTooSlow: (error: TransferError) => void;
  readonly #pace: Pace;
  readonly #meter: SpeedMeter | undefined;
  #timer: Timer | undefined;
  #unreported: () => number = () => 0;

  constructor(
    limits: Required<PaceLimits>,
    clock: Clock,
    onTooSlow: (error: TransferError) => void,
    meter?: SpeedMeter,
  ) {
    this.#limits = limits;
    this.#clock = clock;
    this.#onTooSlow = onTooSlow;
    this.#pace = new Pace(limits);
    this.#meter = meter;
  }

  /** From now on time counts against the other side. */
  resume(): void {
    this.#pace.resume(this.#clock.now());
    this.#meter?.resume(this.#clock.now());
    // A timer from before a pause stays: when it runs, it checks the pace and is set again.
    if (!this.#timer) this.#schedule();
  }

  /** From now on this side is busy: time does not count. */
  pause(): void {
    this.#pace.pause(this.#clock.now());
    this.#meter?.pause(this.#clock.now());
  }

  /** Bytes have moved. */
  moved(bytes: number): void {
    this.#pace.moved(bytes, this.#clock.now());
    this.#meter?.moved(bytes);
  }

  /** From now on any rate is enough, as long as something moves. */
  allowSlow(): void {
    this.#pace.allowSlow();
  }

  /** Sets what counts the bytes that moved unreported; it is asked before a transfer is ended. */
  countUnreportedWith(count: () => number): void {
    this.#unreported = count;
  }

  /** The transfer has ended. */
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
            this.#check();
          }, remaining);
  }

  #check(): void {
    const { idleTimeout, minimumRate } = this.#limits;
    let fault = this.#pace.fault(this.#clock.now());
    if (fault !== undefined) {
      const bytes = this.#unreported();
      if (bytes > 0) this.moved(bytes);
      fault = this.#pace.fault(this.#clock.now());
    }
    if (fault === undefined) {
      this.#schedule();
      return;
    }
    this.stop();
    this.#onTooSlow(
      new TransferError(
        'too-slow',
        fault === 'idle'
          ? `nothing moved for ${idleTimeout / 1000} s`
          : `less than ${sizeText(minimumRate)} per second moved`,
      ),
    );
  }
}
