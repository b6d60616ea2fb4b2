// Sends every member its list, in the first round and in each period, and says goodbye to all.
import type { DiscoverMessage } from '@peerlane/protocol';
import { beginJoining } from './convergence.ts';
import { isSuspect, isHeard, isProvenVersion2, type Peer } from './peer.ts';
import { GossipRound, sentInRound } from './gossip-round.ts';
import { newSendBudget } from './send-budget.ts';
import { reviewOwn } from './own-addresses.ts';
import { send } from './send.ts';
import { store, type Change, type State } from './state.ts';
import { greet, ping, sendList, sendEarnedList } from './greetings.ts';
import { configuredPauses, pingPauses, quietAt } from './timing.ts';

/**
 * The first round: every member is sent its list, and silent configured members are tried again soon. A
 * node of version 1 begins as the original does, with the round after the first period.
 */
export function start(state: State, now: number, changes: Change[]): void {
  const { protocol, guest, period } = state.settings;
  const due = protocol === 1 ? Infinity : now + configuredPauses[0]!;
  for (const peer of [...state.peers.values()]) {
    if (peer.configured && !isHeard(peer)) store(state, { ...peer, learnedAt: now, due });
  }
  beginJoining(state, now);
  // The original sends its first list after a period, but a guest would be gone by then.
  if (protocol === 1 && !guest) state.nextBroadcast = now + period;
  else broadcast(state, now, changes);
}

/** Sends each member what the round has for it, and sets the time of the next round. */
export function broadcast(state: State, now: number, changes: Change[]): void {
  if (state.settings.protocol === 2) reviewOwn(state, changes);
  const round = new GossipRound(state, now);
  const peers = [...state.peers.values()];
  const listed = peers.filter((peer) => sentInRound(state, peer, now) === 'list');
  state.sendBudget = newSendBudget(listed.length, state.sendBudget);
  for (const peer of peers) {
    switch (sentInRound(state, peer, now)) {
      case 'list':
        sendList(state, peer, round, changes);
        awaitPong(state, state.peers.get(peer.address), now);
        break;
      case 'ping':
        ping(state, peer, [], now, changes);
        awaitPong(state, state.peers.get(peer.address), now);
        break;
      case 'earned list':
        sendEarnedList(state, peer, round, changes);
        break;
      case 'hello':
        greet(state, peer, round, changes);
        break;
      case undefined:
    }
  }
  state.nextBroadcast = now + state.settings.period;
}

/** Says goodbye to every member that has proven version 2 and is not silent. */
export function leave(state: State, now: number, changes: Change[]): void {
  state.nextBroadcast = Infinity;
  const extension = { v: 2, id: state.settings.id, leave: true } as const;
  const messages: DiscoverMessage[] = [{ type: 'discover', addresses: [], extension }];
  for (const peer of state.peers.values()) {
    if (!isProvenVersion2(peer) || quietAt(peer, state.settings.period) <= now) continue;
    send(state, peer, messages, now, changes);
  }
}

/** Makes a ping that is not returned due to be sent again. */
function awaitPong(state: State, peer: Peer | undefined, now: number): void {
  if (!peer || !isProvenVersion2(peer) || isSuspect(peer)) return;
  store(state, { ...peer, attempts: 0, due: Math.min(peer.due, now + pingPauses[0]!) });
}
