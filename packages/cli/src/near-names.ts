import { baseName } from '@peerlane/protocol';
import { nearest } from './nearest.ts';
import type { PeerlaneNode } from './node.ts';
import { isAcquainted } from './search-files.ts';
import { waitForMembers } from './wait-for.ts';

/** How long members may take to introduce themselves, in milliseconds. */
const patience = 500;

/** The names in the cluster that are nearest to one that nobody has. */
export async function nearNames(
  node: PeerlaneNode,
  filename: string,
  signal: AbortSignal,
): Promise<string[]> {
  await waitForMembers(node, isAcquainted, patience, signal);
  const found = await node.search('', { signal }).catch(() => []);
  return nearest(
    baseName(filename),
    found.map(({ name }) => name),
  );
}
