// Suggestions of file names for one that nobody has.
import { baseName } from '@peerlane/protocol';
import { nearestNames } from '../did-you-mean.ts';
import type { PeerlaneNode } from '../node/node.ts';
import { searchMembers } from './search-members.ts';

/** How long names are gathered, in milliseconds. */
const nearNamesTimeout = 3000;

/** The names in the cluster that are near to a name under which no peer has the wanted content. */
export async function nearNames(
  node: PeerlaneNode,
  filename: string,
  signal: AbortSignal,
): Promise<string[]> {
  const wanted = baseName(filename);
  const found = await searchMembers(node, '', signal, { timeout: nearNamesTimeout });
  const others = found
    .map(({ filename }) => filename)
    .filter((filename) => filename !== wanted.normalize());
  return nearestNames(wanted, others);
}
