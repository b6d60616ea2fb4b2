import { baseName } from '@peerlane/protocol';
import { nearest } from './nearest.ts';
import type { PeerlaneNode } from './node.ts';
import { searchMembers } from './search-members.ts';

/** The names in the cluster that are nearest to one that nobody has. */
export async function nearNames(
  node: PeerlaneNode,
  filename: string,
  signal: AbortSignal,
): Promise<string[]> {
  const found = await searchMembers(node, '', signal);
  return nearest(
    baseName(filename),
    found.map(({ name }) => name),
  );
}
