// The search of a session, which may begin before its members have introduced themselves.
import type { PeerlaneNode } from '../node/node.ts';
import { isAcquainted, type FoundFile, type SearchFilesOptions } from '../search/search-files.ts';
import { waitForMembers } from './wait-for-members.ts';

/** How long members may take to introduce themselves, in milliseconds. */
const introductionTimeout = 1000;

/**
 * Lists the files that the members of a running node share, with `text` in their names. A node that has
 * just started does not know the ports of their file servers yet, and waits a moment for them. Names are
 * data from the network: not safe to print.
 *
 * @returns no files where `signal` is aborted
 */
export async function searchMembers(
  node: PeerlaneNode,
  text: string,
  signal: AbortSignal,
  options: Pick<SearchFilesOptions, 'timeout' | 'onIncomplete'> = {},
): Promise<FoundFile[]> {
  if (node.members().length > 0)
    await waitForMembers(node, isAcquainted, introductionTimeout, signal);
  return node.search(text, { ...options, signal }).catch(() => []);
}
