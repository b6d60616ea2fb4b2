// Limits how often the progress of a download is reported.
import { throttleCalls } from '../throttle-calls.ts';
import type { GetProgress } from './get-file.ts';

/**
 * Passes on at most ten calls a second, and the one for the whole file.
 *
 * @param now the time in milliseconds
 */
export function throttleProgress(
  onProgress: (progress: GetProgress) => void,
  now: () => number,
): (progress: GetProgress) => void {
  return throttleCalls(onProgress, now, ({ received, size }) => received >= size);
}
