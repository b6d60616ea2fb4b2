// Notices that the machine was suspended, or the process stopped, so that no timer ran.
import type { Clock, Timer } from './clock.ts';

/** The time between two looks at the clock, in milliseconds. */
const lookInterval = 2000;

/** How much later than expected a look may come on a busy machine, in milliseconds. */
const mostDelay = 5000;

/**
 * Looks at the time every two seconds. If a look comes far too late, the node was asleep. On some systems
 * the clock that timers follow stands still meanwhile, so that only the time of day shows it.
 */
export class SleepWatch {
  readonly #clock: Clock;
  readonly #onWake: (slept: number) => void;
  #timer: Timer | undefined;
  #last: { readonly now: number; readonly timeOfDay: number };

  /** @param onWake is called with how far the clock has moved on during a sleep, in milliseconds */
  constructor(clock: Clock, onWake: (slept: number) => void) {
    this.#clock = clock;
    this.#onWake = onWake;
    this.#last = this.#times();
  }

  /** Looks from now on, if the clock knows the time of day. */
  start(): void {
    if (!this.#clock.timeOfDay) return;
    this.#timer = this.#clock.schedule(() => {
      this.look();
      this.start();
    }, lookInterval);
  }

  /** Looks now: what comes in after a sleep may come before the next look. */
  look(): void {
    const [last, times] = [this.#last, this.#times()];
    this.#last = times;
    const passed = times.now - last.now;
    const longest = Math.max(passed, times.timeOfDay - last.timeOfDay);
    if (this.#timer && longest > lookInterval + mostDelay)
      this.#onWake(Math.max(0, passed - lookInterval));
  }

  /** Looks no more. */
  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #times(): { readonly now: number; readonly timeOfDay: number } {
    return { now: this.#clock.now(), timeOfDay: this.#clock.timeOfDay?.() ?? 0 };
  }
}
