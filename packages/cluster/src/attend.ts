import type { DiscoverMessage } from '@peerlane/protocol';
import { isDoubted, isHeard, isProvenVersion2, isQuiet, type Peer } from './peer.ts';
import { becomeQuiet } from './become-quiet.ts';
import { Round } from './gossip-round.ts';
import { grant, isTrusted, send } from './send.ts';
import { remove, store, type Change, type State } from './state.ts';
import { greet, greetOnce, ping, tell, tellVersion1 } from './greetings.ts';
import {
  configuredPauses,
  doubtPauses,
  isOverdue,
  memory,
  pingPauses,
  quietAt,
  quietRetry,
} from './timing.ts';

/** The first round: everyone is told, and the configured ones that stay silent are tried again soon. */
export function start(state: State, now: number, changes: Change[]): void {
  const due = state.settings.protocol === 1 ? Infinity : now + configuredPauses[0]!;
  for (const peer of [...state.peers.values()]) {
    if (peer.configured && !isHeard(peer)) store(state, { ...peer, learnedAt: now, due });
  }
  broadcast(state, now, changes);
}

/** Tells every listed member about the cluster, and sets the time for the next round. */
export function broadcast(state: State, now: number, changes: Change[]): void {
  const round = new Round(state, now);
  for (const peer of [...state.peers.values()]) {
    if (isQuiet(peer)) continue;
    if (isTrusted(state, peer)) {
      if (isOverdue(peer, now, state.settings.period)) ping(state, peer, [], now, changes);
      else tell(state, peer, round, changes);
      awaitPong(state, state.peers.get(peer.address), now);
    } else if (isHeard(peer)) {
      tellVersion1(state, peer, round, changes);
    } else if (!peer.guest) {
      greet(state, peer, round, changes);
    }
  }
  state.nextBroadcast = now + state.settings.period;
}

/** Does what has fallen due by now. */
export function tick(state: State, now: number, changes: Change[]): void {
  if (state.nextBroadcast <= now) broadcast(state, now, changes);
  const round = new Round(state, now);
  for (let entry = state.agenda.peek(); entry && entry.due <= now; entry = state.agenda.peek()) {
    state.agenda.pop();
    const peer = state.peers.get(entry.key);
    // Where the peer was heard since, another entry has taken the place of this one.
    if (peer?.due === entry.due) attend(state, peer, round, changes);
  }
}

/** When something falls due next; `Infinity` for never. */
export function nextDue(state: State): number {
  for (let entry = state.agenda.peek(); entry; entry = state.agenda.peek()) {
    if (state.peers.get(entry.key)?.due === entry.due)
      return Math.min(entry.due, state.nextBroadcast);
    state.agenda.pop();
  }
  return state.nextBroadcast;
}

/** Says goodbye to everyone who counts as heard now. */
export function leave(state: State, now: number, changes: Change[]): void {
  state.nextBroadcast = Infinity;
  const extension = { v: 2, id: state.settings.id, leave: true } as const;
  const messages: DiscoverMessage[] = [{ type: 'discover', addresses: [], extension }];
  for (const peer of state.peers.values()) {
    if (!isProvenVersion2(peer) || quietAt(peer, state.settings.period) <= now) continue;
    send(state, peer, messages, now, changes);
  }
}

function attend(state: State, peer: Peer, round: Round, changes: Change[]): void {
  if (isQuiet(peer)) retryQuiet(state, peer, round, changes);
  else if (isDoubted(peer)) settleDoubt(state, peer, round, changes);
  else if (peer.configured && !isHeard(peer)) retryConfigured(state, peer, round, changes);
  else if (quietAt(peer, state.settings.period) <= round.now) {
    becomeQuiet(state, peer, round.now, changes);
  } else {
    retryListed(state, peer, round, changes);
  }
}

/** Sees to it that a ping that does not come back is sent again. */
function awaitPong(state: State, peer: Peer | undefined, now: number): void {
  if (!peer || !isProvenVersion2(peer) || isDoubted(peer)) return;
  store(state, { ...peer, attempts: 0, due: Math.min(peer.due, now + pingPauses[0]!) });
}

/** Sends once more what a listed peer has not answered; datagrams get lost. */
function retryListed(state: State, peer: Peer, round: Round, changes: Change[]): void {
  const silentAt = quietAt(peer, state.settings.period);
  const pause = pingPauses[peer.attempts + 1];
  const attempts = peer.attempts + 1;
  if (peer.heardAt === undefined) {
    // One that only gossip vouches for is tried once more: it may be sent to so often, and no more.
    const next = store(state, { ...peer, attempts, due: silentAt });
    if (attempts === 1) greet(state, next, round, changes);
    return;
  }
  // Version 1 never sends a ping back: that says nothing of how it is.
  if (!isProvenVersion2(peer) || peer.ping === undefined || attempts > pingPauses.length) {
    store(state, { ...peer, due: silentAt });
    return;
  }
  const due = pause === undefined ? silentAt : Math.min(round.now + pause, silentAt);
  ping(state, store(state, { ...peer, attempts, due }), [], round.now, changes);
}

function retryConfigured(state: State, peer: Peer, round: Round, changes: Change[]): void {
  const attempts = peer.attempts + 1;
  const due = round.now + (configuredPauses[attempts] ?? Infinity);
  tell(state, store(state, { ...peer, attempts, due }), round, changes);
}

function settleDoubt(state: State, peer: Peer, round: Round, changes: Change[]): void {
  const pause = doubtPauses[peer.attempts];
  if (pause === undefined) {
    becomeQuiet(state, peer, round.now, changes);
    return;
  }
  // A pause, not a fixed time: where the caller was held up, the peer still gets its time to answer.
  const asked = { ...peer, attempts: peer.attempts + 1, due: round.now + pause };
  ping(state, store(state, asked), [], round.now, changes);
}

function retryQuiet(state: State, peer: Peer, round: Round, changes: Change[]): void {
  const { now } = round;
  const forgottenAt = (peer.heardAt ?? peer.learnedAt) + memory;
  if (now >= forgottenAt) {
    remove(state, peer, changes);
    return;
  }
  const attempts = peer.attempts + 1;
  const due = Math.min(now + quietRetry(attempts, state.settings.period), forgottenAt);
  const next = store(state, { ...peer, attempts, due });
  // Who has proven itself once was not made up, and nobody else makes us look for it.
  if (peer.proven) greetOnce(state, grant(state, next, state.lengths.ping, now), round, changes);
  else if (peer.heardAt === undefined) greet(state, next, round, changes);
  else tellVersion1(state, next, round, changes);
}
