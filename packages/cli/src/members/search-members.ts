import type { PeerlaneNode } from '../node/node.ts';
import { isAcquainted, type FoundFile } from '../node/search-files.ts';
import { waitForMembers } from './wait-for-members.ts';

/** How long members may take to introduce themselves, in milliseconds. */
const patience = 1000;

/**
 * Lists the files that the members of a running node share, with `text` in their names. A node that has
 * just started knows its members before it knows where their files are to be had: they get a moment to
 * tell. Names are data from the network: not safe to print.
 *
 * @returns no names where `signal` is aborted
 */
export async function searchMembers(
  node: PeerlaneNode,
  text: string,
  signal: AbortSignal,
): Promise<FoundFile[]> {
  if (node.members().length > 0) await waitForMembers(node, isAcquainted, patience, signal);
  return node.search(text, { signal }).catch(() => []);
}
