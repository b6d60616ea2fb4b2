// Says in one sentence who is kept out of the cluster, for every place that shows it.
import { isLoopback } from '@peerlane/protocol';

/** What follows from a first key, for a person who has just made one. */
export const newKeyText =
  'Your p2p commands use it from now on, and only machines that have it understand them. Restart nodes that run here.';

/**
 * Whether a node is sealed.
 *
 * @param sealedBy the id of its key
 * @param host the host that it is bound to
 */
export function sealText(sealedBy: string | undefined, host: string): string {
  if (sealedBy !== undefined) return `Sealed with key ${sealedBy}.`;
  return `Open: anyone on this ${isLoopback(host) ? 'machine' : 'network'} can read and ask.`;
}
