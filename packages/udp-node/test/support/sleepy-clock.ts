// The clock of a machine that can sleep, within the virtual time of the others.
import type { Clock, Timer } from '../../src/index.ts';

/** A clock whose timers do not run while it is asleep. */
export class SleepyClock implements Clock {
  readonly #inner: Clock;
  readonly #standsStill: boolean;
  readonly #held: (() => void)[] = [];
  #missed = 0;
  #asleepSince: number | undefined;

  /** @param standsStill whether its time does not pass while it is asleep, as that of Linux */
  constructor(inner: Clock, standsStill: boolean) {
    this.#inner = inner;
    this.#standsStill = standsStill;
  }

  now(): number {
    return this.#inner.now() - this.#missed;
  }

  timeOfDay(): number {
    return this.#inner.now();
  }

  schedule(task: () => void, delay: number): Timer {
    const due = this.now() + Math.max(0, delay);
    let isCancelled = false;
    const run = (): void => {
      if (isCancelled) return;
      if (this.#asleepSince !== undefined) this.#held.push(run);
      else if (this.now() < due) this.#inner.schedule(run, due - this.now());
      else task();
    };
    this.#inner.schedule(run, delay);
    return {
      cancel: () => {
        isCancelled = true;
      },
    };
  }

  sleep(): void {
    this.#asleepSince = this.#inner.now();
  }

  wake(): void {
    if (this.#standsStill) this.#missed += this.#inner.now() - this.#asleepSince!;
    this.#asleepSince = undefined;
    for (const run of this.#held.splice(0)) run();
  }
}
