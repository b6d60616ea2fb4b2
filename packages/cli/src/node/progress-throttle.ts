// How often a program is told how far a download is.
import type { GetProgress } from './get-file.ts';

/** The least time between two calls, in milliseconds. */
const interval = 100;

/**
 * Passes on at most ten calls a second, and the one that says that all is there.
 *
 * @param now the time in milliseconds
 */
export function throttleProgress(
  onProgress: (progress: GetProgress) => void,
  now: () => number,
): (progress: GetProgress) => void {
  let calledAt = -Infinity;
  return (progress) => {
    if (now() - calledAt < interval && progress.received < progress.size) return;
    calledAt = now();
    onProgress(progress);
  };
}
