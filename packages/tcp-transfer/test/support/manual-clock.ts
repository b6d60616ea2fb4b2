// A clock for tests in virtual time.
import type { Clock, Timer } from '../../src/index.ts';

interface Task {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that moves only when a test advances it. */
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

  /** Lets `ms` milliseconds pass; tasks that fall due run in the order of their times. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let task = this.#next(end); task !== undefined; task = this.#next(end)) {
      this.#tasks.delete(task);
      this.#now = task.at;
      task.run();
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
