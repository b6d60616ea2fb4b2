/** Something that was scheduled and can still be called off. */
export interface Timer {
  /** Calls it off; after it ran, or a second time, this does nothing. */
  cancel(): void;
}

/** Where this package takes its time from. Tests give it a clock of their own. */
export interface Clock {
  /** Milliseconds since some moment in the past; never goes back. */
  now(): number;
  /** Runs `task` once, `delay` milliseconds from now. */
  schedule(task: () => void, delay: number): Timer;
}

/** The time of this machine. What is scheduled does not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  schedule: (task, delay) => {
    const timeout = setTimeout(task, delay).unref();
    return {
      cancel: () => {
        clearTimeout(timeout);
      },
    };
  },
};
