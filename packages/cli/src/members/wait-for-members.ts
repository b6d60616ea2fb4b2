// Waits for a state of the cluster.
import type { PeerlaneNode } from '../node/node.ts';

/** The time between two looks at the members, in milliseconds. */
const pollInterval = 20;

/** Resolves after a number of milliseconds, or when the signal is aborted. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}

/**
 * Waits until a condition holds for the members of a node, the time is over, or the signal is aborted.
 * Returns whether the condition holds.
 */
export async function waitForMembers(
  node: PeerlaneNode,
  holds: (members: ReturnType<PeerlaneNode['members']>) => boolean,
  milliseconds: number,
  signal: AbortSignal,
): Promise<boolean> {
  const found = new AbortController();
  const look = (): boolean => {
    const isSo = holds(node.members());
    if (isSo) found.abort();
    return isSo;
  };
  if (look()) return true;
  const looking = setInterval(look, pollInterval);
  await pause(milliseconds, AbortSignal.any([signal, found.signal]));
  clearInterval(looking);
  // On a busy machine the condition may have come to hold since the last look.
  return look();
}
