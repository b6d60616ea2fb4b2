import { checkTime } from './checks.ts';

/** Something that was scheduled and can still be called off. */
export interface Timer {
  /** Calls it off; after it ran, or a second time, this does nothing. */
  cancel(): void;
}

/** Where a node takes its time from. Tests give it a clock of their own. */
export interface Clock {
  /** Milliseconds since some moment in the past; never goes back. */
  now(): number;
  /**
   * Runs `task` once, `delay` milliseconds from now; never where that is Infinity.
   *
   * @throws RangeError where it is NaN
   */
  schedule(task: () => void, delay: number): Timer;
}

/** The longest that the system's timers can wait; it takes what is longer for no time at all. */
const maxDelay = 2 ** 31 - 1;

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  schedule: (task, delay) => {
    checkTime('delay', delay, -Infinity, Infinity);
    let timeout: NodeJS.Timeout | undefined;
    const wait = (left: number): void => {
      if (left > maxDelay) timeout = setTimeout(wait, maxDelay, left - maxDelay);
      else timeout = setTimeout(task, left);
    };
    if (delay !== Infinity) wait(delay);
    return {
      cancel: () => {
        clearTimeout(timeout);
      },
    };
  },
};
