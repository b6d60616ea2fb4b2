// When a request is sent to a peer once more.
/**
 * The pause before a request is sent to a peer once more, in milliseconds. A version 2 peer is asked
 * after 0.25 s, after 1 s and then every 4 s; any other after 1 s and then every 10 s, for each request
 * costs it a search of its folder and an answer.
 *
 * @param attempt how often it was asked already, from 1
 */
export function retryDelay(version: 1 | 2, attempt: number): number {
  if (version === 2) return [250, 750][attempt - 1] ?? 4000;
  return attempt === 1 ? 1000 : 10_000;
}

/** The attempt that counts as the last one of a member whose offer led nowhere: it is asked less often. */
export const attemptAfterOffer = 3;
