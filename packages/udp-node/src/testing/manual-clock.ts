import type { Clock, Timer } from '../clock.ts';

interface Task {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that goes on only when it is told to. */
export class ManualClock implements Clock {
  readonly #tasks = new Set<Task>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  schedule(run: () => void, delay: number): Timer {
    const task: Task = { at: this.#now + Math.max(0, delay), run };
    this.#tasks.add(task);
    return { cancel: () => this.#tasks.delete(task) };
  }

  /**
   * Lets `ms` milliseconds pass. What falls due runs in the order of its time, and what it starts
   * is settled before the next.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let task = this.#next(end); task !== undefined; task = this.#next(end)) {
      this.#tasks.delete(task);
      this.#now = task.at;
      task.run();
      await settle();
    }
    this.#now = end;
  }

  /** How many tasks are scheduled. */
  get pending(): number {
    return this.#tasks.size;
  }

  #next(end: number): Task | undefined {
    let next: Task | undefined;
    for (const task of this.#tasks) {
      if (task.at <= end && (next === undefined || task.at < next.at)) next = task;
    }
    return next;
  }
}

/** Until every promise that can settle by itself has done so. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
