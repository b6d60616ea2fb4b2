// Handles peers that fall due: retries, suspicion, and becoming quiet.
import { isSuspect, isHeard, isProvenVersion2, isQuiet, type Peer } from './peer.ts';
import { broadcast } from './announce.ts';
import { becomeQuiet } from './become-quiet.ts';
import { GossipRound } from './gossip-round.ts';
import { grant } from './send.ts';
import { remove, store, type Change, type State } from './state.ts';
import { greet, introduce, sendHello, ping, sendList, sendEarnedList } from './greetings.ts';
import {
  configuredPauses,
  suspectPauses,
  memory,
  pingPauses,
  quietAt,
  quietRetry,
} from './timing.ts';

/** Does what has fallen due by now. */
export function tick(state: State, now: number, changes: Change[]): void {
  if (state.joining && state.joining.until <= now) {
    state.joining = undefined;
    changes.push({ type: 'converged' });
  }
  if (state.nextBroadcast <= now) broadcast(state, now, changes);
  const round = new GossipRound(state, now);
  for (
    let entry = state.dueQueue.peek();
    entry && entry.due <= now;
    entry = state.dueQueue.peek()
  ) {
    state.dueQueue.pop();
    const peer = state.peers.get(entry.key);
    // If the peer was heard since, another entry has replaced this one.
    if (peer?.due !== entry.due) continue;
    handleDue(state, introduceAgain(state, peer, round, changes), round, changes);
  }
}

/** When something falls due next; `Infinity` for never. */
export function nextDue(state: State): number {
  const next = Math.min(state.nextBroadcast, state.joining?.until ?? Infinity);
  for (let entry = state.dueQueue.peek(); entry; entry = state.dueQueue.peek()) {
    if (state.peers.get(entry.key)?.due === entry.due) return Math.min(entry.due, next);
    state.dueQueue.pop();
  }
  return next;
}

/** Sends a newcomer members once more if that is due. */
function introduceAgain(state: State, peer: Peer, round: GossipRound, changes: Change[]): Peer {
  if ((peer.introduceAgainAt ?? Infinity) > round.now) return peer;
  const next = store(state, { ...peer, introduceAgainAt: undefined });
  if (isProvenVersion2(next)) introduce(state, next, round, undefined, changes);
  return state.peers.get(peer.address)!;
}

function handleDue(state: State, peer: Peer, round: GossipRound, changes: Change[]): void {
  if (isQuiet(peer)) retryQuiet(state, peer, round, changes);
  else if (isSuspect(peer)) retrySuspect(state, peer, round, changes);
  else if (peer.configured && !isHeard(peer)) retryConfigured(state, peer, round, changes);
  else if (quietAt(peer, state.settings.period) <= round.now) {
    becomeQuiet(state, peer, round.now, changes);
  } else {
    retryListed(state, peer, round, changes);
  }
}

/** Sends a listed peer once more what it has not answered: datagrams get lost. */
function retryListed(state: State, peer: Peer, round: GossipRound, changes: Change[]): void {
  const silentAt = quietAt(peer, state.settings.period);
  const pause = pingPauses[peer.attempts + 1];
  const attempts = peer.attempts + 1;
  if (peer.heardAt === undefined) {
    // A peer that only gossip vouches for is tried once more, as it may be sent to only a few times.
    const next = store(state, { ...peer, attempts, due: silentAt });
    if (attempts === 1) greet(state, next, round, changes);
    return;
  }
  // Version 1 never returns a ping, so a missing pong says nothing.
  if (!isProvenVersion2(peer) || peer.ping === undefined || attempts > pingPauses.length) {
    store(state, { ...peer, due: silentAt });
    return;
  }
  const due = pause === undefined ? silentAt : Math.min(round.now + pause, silentAt);
  ping(state, store(state, { ...peer, attempts, due }), [], round.now, changes);
}

function retryConfigured(state: State, peer: Peer, round: GossipRound, changes: Change[]): void {
  const attempts = peer.attempts + 1;
  const due = round.now + (configuredPauses[attempts] ?? Infinity);
  sendList(state, store(state, { ...peer, attempts, due }), round, changes);
}

function retrySuspect(state: State, peer: Peer, round: GossipRound, changes: Change[]): void {
  const pause = suspectPauses[peer.attempts];
  if (pause === undefined) {
    becomeQuiet(state, peer, round.now, changes);
    return;
  }
  // A pause, not a fixed time: if the caller was held up, the peer still gets its time to answer.
  const asked = { ...peer, attempts: peer.attempts + 1, due: round.now + pause };
  ping(state, store(state, asked), [], round.now, changes);
}

function retryQuiet(state: State, peer: Peer, round: GossipRound, changes: Change[]): void {
  const { now } = round;
  const forgottenAt = (peer.heardAt ?? peer.learnedAt) + memory;
  if (now >= forgottenAt) {
    remove(state, peer, changes);
    return;
  }
  const attempts = peer.attempts + 1;
  const due = Math.min(now + quietRetry(attempts, state.settings.period), forgottenAt);
  const next = store(state, { ...peer, attempts, due });
  // A peer that has proven itself once was not made up, and no gossip causes this datagram.
  if (peer.proven) sendHello(state, grant(state, next, state.lengths.ping, now), round, changes);
  else if (peer.heardAt === undefined) greet(state, next, round, changes);
  else sendEarnedList(state, next, round, changes);
}
