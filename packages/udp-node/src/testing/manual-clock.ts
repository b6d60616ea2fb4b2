// Virtual time for tests.
import { checkTime } from '../system/checks.ts';
import type { Clock, Timer } from '../system/clock.ts';

interface Task {
  readonly at: number;
  /** Tasks of one moment run in the order in which they were scheduled. */
  readonly order: number;
  run: (() => void) | undefined;
}

/** A clock whose time passes only by `advance`. */
export class ManualClock implements Clock {
  // A binary heap, earliest first.
  readonly #heap: Task[] = [];
  #now = 0;
  #order = 0;
  #pending = 0;

  now(): number {
    return this.#now;
  }

  schedule(run: () => void, delay: number): Timer {
    checkTime('delay', delay, -Infinity, Infinity);
    const task: Task = { at: this.#now + Math.max(0, delay), order: this.#order, run };
    this.#order += 1;
    this.#pending += 1;
    this.#push(task);
    return {
      cancel: () => {
        if (task.run) this.#pending -= 1;
        task.run = undefined;
      },
    };
  }

  /**
   * Lets `ms` milliseconds pass. Tasks run in the order of their times. Promises that a moment resolves
   * have run their callbacks before the next moment.
   *
   * @throws RangeError for a bad time
   */
  async advance(ms: number): Promise<void> {
    checkTime('ms', ms, 0, Number.MAX_SAFE_INTEGER);
    const end = this.#now + ms;
    await emptyQueue();
    for (let next = this.#heap[0]; next && next.at <= end; next = this.#heap[0]) {
      this.#now = next.at;
      while (this.#heap[0] && this.#heap[0].at <= this.#now) this.#runFirst();
      await emptyQueue();
    }
    this.#now = end;
  }

  /** How many tasks are scheduled. The arrival of a datagram in a {@link MemoryNetwork} is one too. */
  get pending(): number {
    return this.#pending;
  }

  #runFirst(): void {
    const task = this.#pop();
    const run = task?.run;
    if (!task || !run) return;
    task.run = undefined;
    this.#pending -= 1;
    run();
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let child = heap.push(task) - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!before(task, heap[parent]!)) break;
      heap[child] = heap[parent]!;
      child = parent;
    }
    heap[child] = task;
  }

  #pop(): Task | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (heap.length === 0 || !last) return first;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, last)) break;
      heap[parent] = heap[child]!;
      parent = child;
    }
    heap[parent] = last;
    return first;
  }
}

function before(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Waits until every callback of a resolved promise has run. */
function emptyQueue(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
