// The delays of nodes before they send, which the page counts down. docs/protocol.md, "Timing".

/** How long a Get of version 1 waits for its answer, in milliseconds, if the asker has no priority. */
export const answerDelay = 10_000;

/** The time between two DISCOVERs of a node to all others, in milliseconds. */
export const period = 20_000;

/**
 * How long after a Get left it is sent once more, in milliseconds, if it is not answered.
 *
 * @param version what the peer that was asked speaks
 * @param attempt how often it was asked already, from 1
 */
export function retryDelay(version: 1 | 2, attempt: number): number {
  if (version === 2) return [250, 750][attempt - 1] ?? 4000;
  return attempt === 1 ? 1000 : 10_000;
}
