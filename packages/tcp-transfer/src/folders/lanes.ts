// Runs some tasks at a time, in the order in which they came.
import { deferred } from '../async.ts';

/** Runs at most so many tasks at a time; the others wait. */
export class Lanes {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) {
      this.#free -= 1;
    } else {
      const turn = deferred<undefined>();
      this.#waiting.push(() => {
        turn.resolve(undefined);
      });
      await turn.promise;
    }
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
