// Time, as a node uses it.
import { checkTime } from './checks.ts';

/** A scheduled task that can be cancelled. */
export interface Timer {
  /** Cancels it. Once it has run, or at a second call, this has no effect. */
  cancel(): void;
}

/** The time of a node. Tests use a clock of their own. */
export interface Clock {
  /** Milliseconds since some moment in the past; never goes back. */
  now(): number;
  /**
   * Runs `task` once, `delay` milliseconds from now; never if `delay` is Infinity.
   *
   * @throws RangeError if `delay` is NaN
   */
  schedule(task: () => void, delay: number): Timer;
  /**
   * Milliseconds since 1970, also those in which the machine was suspended; it may jump. With it a node
   * notices that it was asleep.
   * @default a node takes itself to be always awake
   */
  timeOfDay?(): number;
}

/** The longest delay of the system's timers, in milliseconds. They take a longer one for zero. */
const maxDelay = 2 ** 31 - 1;

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  timeOfDay: () => Date.now(),
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
