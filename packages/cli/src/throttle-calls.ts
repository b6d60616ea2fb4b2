// Limits how often something is reported.

/** The least time between two reports, in milliseconds. */
const leastInterval = 100;

/**
 * Passes on at most ten calls a second, and those that are the last.
 *
 * @param now the time in milliseconds
 */
export function throttleCalls<Progress>(
  onProgress: (progress: Progress) => void,
  now: () => number,
  isLast: (progress: Progress) => boolean,
): (progress: Progress) => void {
  let calledAt = -Infinity;
  return (progress) => {
    if (now() - calledAt < leastInterval && !isLast(progress)) return;
    calledAt = now();
    onProgress(progress);
  };
}
