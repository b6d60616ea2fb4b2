// Time, as this package sees it: replaced in tests.
/** A scheduled task. */
export interface Timer {
  /** Cancels the task. After it ran, or a second time, this does nothing. */
  cancel(): void;
}

/** The time of this package. Tests pass a clock of their own. */
export interface Clock {
  /** Milliseconds since some moment in the past. It never goes back. */
  now(): number;
  /** Runs `task` once, `delay` milliseconds from now; never if `delay` is infinite. */
  schedule(task: () => void, delay: number): Timer;
}

/** The longest delay of a timer of Node.js, in milliseconds. */
export const longestDelay: number = 2 ** 31 - 1;

/** The time of this machine. Its tasks do not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  schedule: (task, delay) => {
    let left = delay;
    let timeout: NodeJS.Timeout | undefined;
    const wait = (): void => {
      const slice = Math.min(left, longestDelay);
      left -= slice;
      timeout = setTimeout(left > 0 ? wait : task, slice).unref();
    };
    wait();
    return {
      cancel: () => {
        clearTimeout(timeout);
      },
    };
  },
};
