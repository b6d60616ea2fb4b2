// Meets the members of the cluster for a completion, which a person waits for.
import { waitForMembers } from '../members/wait-for-members.ts';
import type { PeerlaneNode } from '../node/node.ts';

/** How long the first member, and the others after it, may take, in milliseconds. */
const [introductionTimeout, othersTimeout] = [700, 200];

/**
 * Waits until a first member is there, and for the others a moment longer.
 *
 * @param isMet whether the first one is there
 */
export async function meetMembers(
  node: PeerlaneNode,
  isMet: Parameters<typeof waitForMembers>[1],
  signal: AbortSignal,
): Promise<void> {
  await waitForMembers(node, isMet, introductionTimeout, signal);
  await waitForMembers(node, () => node.hasConverged, othersTimeout, signal);
}
