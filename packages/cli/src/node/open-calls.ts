// The downloads and searches of a node that are under way: they end when the node is closed.
import { setMaxListeners } from 'node:events';

/** Runs asynchronous work that can be ended from outside. */
export class OpenCalls {
  readonly #open = new Map<AbortController, Promise<unknown>>();

  /**
   * Runs work with a signal that is aborted with `signal`, and when all calls are ended.
   *
   * @throws what the work throws; the reason of its signal where that was aborted
   */
  async run<T>(
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const control = new AbortController();
    // Each member that is asked has a listener, and there may be any number of members.
    setMaxListeners(0, control.signal);
    const abort = (): void => {
      control.abort(signal?.reason);
    };
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    const working = work(control.signal);
    this.#open.set(control, working);
    try {
      return await working;
    } catch (error) {
      control.signal.throwIfAborted();
      throw error;
    } finally {
      this.#open.delete(control);
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Aborts all calls with a reason. Resolves when they have ended. */
  async end(reason: Error): Promise<void> {
    for (const control of this.#open.keys()) control.abort(reason);
    await Promise.allSettled(this.#open.values());
  }
}

/** An iteration that fails as soon as `check` throws. */
export function checkingEach<T>(
  values: AsyncIterator<T, undefined>,
  check: () => void,
): AsyncIterableIterator<T, undefined> {
  return {
    next: async () => {
      const result = await values.next();
      check();
      return result;
    },
    return: () => values.return!(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
