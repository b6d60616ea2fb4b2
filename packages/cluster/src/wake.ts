// Handles the end of a sleep: this node heard nobody meanwhile, which says nothing about its members.
import { start } from './announce.ts';
import { isQuiet } from './peer.ts';
import { store, type Change, type State } from './state.ts';

/**
 * The node was asleep for `slept` milliseconds until `now`. This time counts as nobody's silence, and
 * everybody is greeted as at a start, for the others may have given this node up.
 */
export function wake(state: State, slept: number, now: number, changes: Change[]): void {
  const later = (time: number | undefined): number | undefined =>
    time === undefined ? undefined : time + slept;
  for (const peer of [...state.peers.values()]) {
    store(state, {
      ...peer,
      learnedAt: peer.learnedAt + slept,
      heardAt: later(peer.heardAt),
      suspectedAt: later(peer.suspectedAt),
      owesSince: later(peer.owesSince),
      // Of a ping that is under way nobody knows how long it took.
      pingedAt: undefined,
      attempts: isQuiet(peer) ? peer.attempts : 0,
      due: peer.due + slept,
    });
  }
  start(state, now, changes);
}
