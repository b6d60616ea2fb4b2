/** Something that was scheduled and can still be called off. */
export interface Timer {
  /** Calls it off; after it ran, or a second time, this does nothing. */
  cancel(): void;
}

/** Where this package takes its time from. Tests give it a clock of their own. */
export interface Clock {
  /** Milliseconds since some moment in the past; never goes back. */
  now(): number;
  /** Runs `task` once, `delay` milliseconds from now; never where that is infinite. */
  schedule(task: () => void, delay: number): Timer;
}

/** The longest time that the system's timers know, in milliseconds. */
const longestDelay = 2 ** 31 - 1;

/** The time of this machine. What is scheduled does not keep the process alive. */
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
