import { baseName } from '@peerlane/protocol';
import { nearest } from '../did-you-mean.ts';
import type { PeerlaneNode } from '../node/node.ts';
import { searchMembers } from './search-members.ts';

/** The names in the cluster that are nearest to one that nobody has, or not with what was wanted in it. */
export async function nearNames(
  node: PeerlaneNode,
  filename: string,
  signal: AbortSignal,
): Promise<string[]> {
  const wanted = baseName(filename);
  const found = await searchMembers(node, '', signal);
  const others = found
    .map(({ filename }) => filename)
    .filter((filename) => filename !== wanted.normalize());
  return nearest(wanted, others);
}
