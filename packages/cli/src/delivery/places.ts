// Places for downloads that run at the same time.
import { setMaxListeners } from 'node:events';

/** A number of places, each for one at a time. Who waits for one gets it in turn. */
export class Places {
  readonly #waiting = new Set<() => void>();
  #free: number;

  /** @param count how many places there are */
  constructor(count: number) {
    this.#free = count;
  }

  /**
   * Waits for a place. Resolves with a function that gives it up.
   *
   * @throws the reason of an aborted signal
   */
  async acquire(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const [next] = this.#waiting;
      if (next) next();
      else this.#free += 1;
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    setMaxListeners(0, signal);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(enter);
        signal.removeEventListener('abort', onAbort);
      };
      const enter = (): void => {
        leave();
        resolve();
      };
      const onAbort = (): void => {
        leave();
        reject(signal.reason as Error);
      };
      this.#waiting.add(enter);
      signal.addEventListener('abort', onAbort);
    });
  }
}
