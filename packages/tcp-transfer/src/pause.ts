import type { Clock } from './clock.ts';

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
