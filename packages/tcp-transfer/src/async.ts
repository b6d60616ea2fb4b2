// Helpers for promises: one that is resolved from outside, a wait for several, a pause, work that keeps
// the process alive, a wait for changes, and a generator that is read ahead.
import { longestDelay, type Clock } from './clock.ts';

/** A promise that is resolved or rejected from outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

export function deferred<T>(): Deferred<T> {
  let functions!: [(value: T) => void, (reason: unknown) => void];
  const promise = new Promise<T>((...both) => {
    functions = both;
  });
  return { promise, resolve: functions[0], reject: functions[1] };
}

/** Waits until every promise is resolved or rejected, then throws the first failure in their order. */
export async function allFinished(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work))
    if (result.status === 'rejected') throw result.reason;
}

/** Resolves after some milliseconds, or when the signal is aborted. */
export function pause(clock: Clock, delay: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (delay <= 0 || signal?.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.schedule(end, delay);
    signal?.addEventListener('abort', end, { once: true });
  });
}

/**
 * Waits for work as long as a signal is not aborted.
 *
 * @throws the reason of the signal; what the work throws
 */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = deferred<never>();
  const abort = (): void => {
    aborted.reject(signal.reason);
  };
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/**
 * Keeps the process alive until some work has finished. Neither the timers of the system's clock nor a
 * connection that is paused does: a program that only waits for a download would end before it.
 */
export async function keepingAlive<T>(work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, longestDelay);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Lets several wait for the next change. */
export class Changes {
  #next: Deferred<undefined> | undefined;

  /** Resolves when something changes next. */
  get next(): Promise<undefined> {
    return (this.#next ??= deferred<undefined>()).promise;
  }

  /** Resolves when something changes next, or after some milliseconds. */
  async nextWithin(clock: Clock, most: number): Promise<void> {
    const over = new AbortController();
    await Promise.race([
      this.next,
      ...(most === Infinity ? [] : [pause(clock, most, over.signal)]),
    ]);
    over.abort();
  }

  /** Something has changed. */
  readonly notify = (): void => {
    this.#next?.resolve(undefined);
    this.#next = undefined;
  };
}

/** Has a generator make its next value while the one before is used. */
export async function* oneAhead<T>(values: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
  let next = values.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = values.next();
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    void values.return().catch(() => undefined);
  }
}
