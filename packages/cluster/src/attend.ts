import { isDoubted, type Peer } from './peer.ts';
import { Round } from './round.ts';
import { put, remove, type Change, type State } from './state.ts';
import { tell, tellAnnounced } from './tell.ts';
import {
  configuredRetries,
  doubtRetries,
  doubtTime,
  memory,
  quietAt,
  quietRetry,
} from './timing.ts';

/** The first round: everyone is told, and the configured ones that stay silent are tried again soon. */
export function start(state: State, now: number, changes: Change[]): void {
  for (const peer of state.peers.values()) {
    const due = state.settings.protocol === 1 ? Infinity : now + configuredRetries[0]!;
    put(state, { ...peer, learnedAt: now, due });
  }
  broadcast(state, now, changes);
}

/** Tells every listed member about the cluster, and sets the time for the next round. */
export function broadcast(state: State, now: number, changes: Change[]): void {
  const round = new Round(state, now);
  for (const peer of [...state.peers.values()]) {
    if (peer.quietSince !== undefined) continue;
    if (peer.configured || peer.heardAt !== undefined || state.settings.protocol === 1) {
      tell(state, peer, round, { ping: true }, changes);
    } else {
      tellAnnounced(state, peer, round, changes);
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

/** Says goodbye to everyone who was heard. */
export function leave(state: State, now: number, changes: Change[]): void {
  state.nextBroadcast = Infinity;
  if (state.settings.protocol === 1) return;
  const round = new Round(state, now);
  for (const peer of [...state.peers.values()]) {
    if (peer.version === 2 && peer.heardAt !== undefined && peer.quietSince === undefined) {
      tell(state, peer, round, { ping: false, leave: true }, changes);
    }
  }
}

function attend(state: State, peer: Peer, round: Round, changes: Change[]): void {
  if (peer.quietSince !== undefined) retryQuiet(state, peer, round, changes);
  else if (isDoubted(peer)) settleDoubt(state, peer, round, changes);
  else if (peer.configured) retryConfigured(state, peer, round, changes);
  else if (quietAt(peer, state.settings.period) <= round.now)
    becomeQuiet(state, peer, round.now, changes);
  else put(state, { ...peer, due: quietAt(peer, state.settings.period) });
}

function retryConfigured(state: State, peer: Peer, round: Round, changes: Change[]): void {
  if (peer.heardAt !== undefined) return;
  const attempts = peer.attempts + 1;
  const pause = configuredRetries[attempts];
  const due = pause === undefined ? Infinity : peer.learnedAt + pause;
  tell(state, put(state, { ...peer, attempts, due }), round, { ping: true }, changes);
}

function settleDoubt(state: State, peer: Peer, round: Round, changes: Change[]): void {
  if (peer.attempts >= doubtRetries.length) {
    becomeQuiet(state, peer, round.now, changes);
    return;
  }
  const attempts = peer.attempts + 1;
  const due = peer.doubtedAt! + (doubtRetries[attempts] ?? doubtTime);
  tell(state, put(state, { ...peer, attempts, due }), round, { ping: true }, changes);
}

function becomeQuiet(state: State, peer: Peer, now: number, changes: Change[]): void {
  if (peer.guest) {
    remove(state, peer);
    return;
  }
  changes.push({ type: 'left', address: peer.address });
  const { settings, quiet } = state;
  const [oldest] = quiet;
  if (quiet.size >= settings.maxQuiet && oldest !== undefined)
    remove(state, state.peers.get(oldest)!);
  put(state, {
    ...peer,
    quietSince: now,
    attempts: 0,
    due: now + quietRetry(0, settings.period),
  });
}

function retryQuiet(state: State, peer: Peer, round: Round, changes: Change[]): void {
  const { now } = round;
  const forgottenAt = (peer.heardAt ?? peer.learnedAt) + memory;
  if (now >= forgottenAt) {
    remove(state, peer);
    return;
  }
  const attempts = peer.attempts + 1;
  const due = Math.min(now + quietRetry(attempts, state.settings.period), forgottenAt);
  const next = put(state, { ...peer, attempts, due });
  if (peer.heardAt === undefined) tellAnnounced(state, next, round, changes);
  else tell(state, next, round, { ping: true }, changes);
}
