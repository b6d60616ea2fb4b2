// A single timer that always runs the earliest task.
import type { Clock, Timer } from './clock.ts';

/** Runs one task at a time; a task that is due earlier replaces one that waits. */
export class Alarm {
  readonly #clock: Clock;
  #next: { readonly due: number; readonly timer: Timer } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `task` at `due`, in milliseconds of the clock, unless something is due earlier already. */
  set(due: number, task: () => void): void {
    if (due === Infinity || (this.#next && this.#next.due <= due)) return;
    this.#next?.timer.cancel();
    const run = (): void => {
      this.#next = undefined;
      task();
    };
    const delay = Math.max(0, due - this.#clock.now());
    this.#next = { due, timer: this.#clock.schedule(run, delay) };
  }

  /** Cancels the task. */
  cancel(): void {
    this.#next?.timer.cancel();
    this.#next = undefined;
  }
}
