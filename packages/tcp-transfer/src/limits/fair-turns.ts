// Shares work among owners: who has little to do does not wait for all that others have.
import { deferred } from '../async.ts';

/** Runs at most so many tasks at a time. Of those that wait, each owner has one started in turn. */
export class FairTurns {
  #free: number;
  /** The owner whose turn is next comes first. */
  readonly #waiting = new Map<unknown, (() => void)[]>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Runs a task when it is its turn; tasks of one owner run in their order. */
  async run<T>(owner: unknown, task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#turnOf(owner);
    try {
      return await task();
    } finally {
      this.#startNext();
    }
  }

  #turnOf(owner: unknown): Promise<void> {
    const { promise, resolve } = deferred<undefined>();
    const turns = this.#waiting.get(owner) ?? [];
    turns.push(() => {
      resolve(undefined);
    });
    this.#waiting.set(owner, turns);
    return promise;
  }

  #startNext(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#free += 1;
      return;
    }
    const [owner, turns] = next;
    this.#waiting.delete(owner);
    turns.shift()!();
    if (turns.length > 0) this.#waiting.set(owner, turns);
  }
}
