// Removes peers from the list that have been silent for too long.
import { remove, put, type Change, type State } from './state.ts';
import type { Peer } from './peer.ts';
import { memory, quietRetry } from './timing.ts';

/**
 * Removes a silent peer from the list, unless it is configured, and tries it again at growing
 * intervals. A guest that was heard is forgotten. A guest that was never heard is remembered but left
 * alone: calling an address a guest must not let gossip cause datagrams to it anew.
 */
export function becomeQuiet(state: State, peer: Peer, now: number, changes: Change[]): void {
  const { period, maxQuiet } = state.settings;
  if (peer.configured) {
    // It is sent its list in each period anyway.
    put(state, { ...peer, quietSince: now, due: Infinity }, changes);
    return;
  }
  if (peer.guest && peer.heardAt !== undefined) {
    remove(state, peer, changes);
    return;
  }
  const due = peer.guest ? peer.learnedAt + memory : now + quietRetry(0, period);
  put(state, { ...peer, quietSince: now, attempts: 0, due }, changes);
  // Peers that were never heard have a bound of their own, which is checked before they are added.
  const [oldest] = state.standing.quiet;
  if (state.standing.quiet.size > maxQuiet) remove(state, state.peers.get(oldest!)!, changes);
}
