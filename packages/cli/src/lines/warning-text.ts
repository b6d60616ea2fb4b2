// Warnings of a node as the program shows them: with the command that helps, which the node does not know.
import type { Warning } from '@peerlane/udp-node';
import { sentence } from '../text/sentence.ts';

const advice: Readonly<Partial<Record<Warning['kind'], string>>> = {
  'sealed-neighbour': 'To join it: p2p join.',
  'open-neighbour': 'To let it join: p2p invite.',
  'other-cluster': 'To bring both together: p2p invite on one, p2p join on the other.',
  'changed-member':
    'Copy the new key file there, or use p2p invite where the new key is, and p2p join on the other.',
};

/** One line for a warning; `about` is what the node knows of it. */
export function warningText(message: string, about: Pick<Warning, 'kind'> | undefined): string {
  const help = about && advice[about.kind];
  return help === undefined ? message : `${sentence(message)} ${help}`;
}
