import { remove, put, type Change, type State } from './state.ts';
import type { Peer } from './peer.ts';
import { memory, quietRetry } from './timing.ts';

/**
 * Takes a silent peer from the list, where it is not configured. From then on it is tried again at
 * growing intervals; a guest is forgotten, or, where it was never heard, remembered but left alone:
 * gossip must not be allowed to send to it anew because someone called it a guest.
 */
export function becomeQuiet(state: State, peer: Peer, now: number, changes: Change[]): void {
  const { period, maxQuiet } = state.settings;
  if (peer.configured) {
    // It is told each period anyway.
    put(state, { ...peer, quietSince: now, due: Infinity }, changes);
    return;
  }
  if (peer.guest && peer.heardAt !== undefined) {
    remove(state, peer, changes);
    return;
  }
  const due = peer.guest ? peer.learnedAt + memory : now + quietRetry(0, period);
  put(state, { ...peer, quietSince: now, attempts: 0, due }, changes);
  // Those never heard have a bound of their own, which is looked at before they are taken up.
  const [oldest] = state.standing.quiet;
  if (state.standing.quiet.size > maxQuiet) remove(state, state.peers.get(oldest!)!, changes);
}
