import type { PeerlaneNode } from '../node/node.ts';

/** How often is looked, in milliseconds: what a datagram changes is known a moment after it is told. */
const interval = 20;

/** Resolves after so many milliseconds, or when the signal is aborted. */
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
 * Waits until something holds for the members of a node, or so many milliseconds are over, or the signal
 * is aborted. Returns whether it holds then.
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
  const looking = setInterval(look, interval);
  await pause(milliseconds, AbortSignal.any([signal, found.signal]));
  clearInterval(looking);
  // Where this process was held up, it may have come to hold since the last look.
  return look();
}
