import { remove, put, type Change, type State } from './state.ts';
import type { Peer } from './peer.ts';
import { quietRetry } from './timing.ts';

/**
 * Takes a silent peer from the list, where it is not configured. From then on it is tried again at
 * growing intervals; a guest is forgotten.
 */
export function becomeQuiet(state: State, peer: Peer, now: number, changes: Change[]): void {
  const { period, maxQuiet } = state.settings;
  if (peer.configured) {
    // It is told each period anyway.
    put(state, { ...peer, quietSince: now, due: Infinity }, changes);
    return;
  }
  if (peer.guest) {
    remove(state, peer, changes);
    return;
  }
  const due = now + quietRetry(0, period);
  put(state, { ...peer, quietSince: now, attempts: 0, due }, changes);
  // Two bounds, so that names that gossip made up push out nobody who was once there.
  for (const addresses of [state.standing.quiet, state.standing.unanswered]) {
    const [oldest] = addresses;
    if (addresses.size > maxQuiet) remove(state, state.peers.get(oldest!)!, changes);
  }
}
