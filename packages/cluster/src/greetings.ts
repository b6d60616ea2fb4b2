// Sends a peer lists, hellos, pings and answers, as far as its allowance goes.
import { maxListBytes, type DiscoverExtension, type DiscoverMessage } from '@peerlane/protocol';
import { amplification } from './allowance.ts';
import type { Peer } from './peer.ts';
import type { GossipRound } from './gossip-round.ts';
import { allowed, isTrusted, lengthOf, send } from './send.ts';
import { takeIntroduction, takeParts } from './send-budget.ts';
import { store, type Change, type State } from './state.ts';
import { recordGossipSend, allowsGossipSend, quietAt } from './timing.ts';

/** The part of an allowance that lists may use; the rest is for requests. */
const listsShare = 2 / 3;

/** The length of the shortest address in a list, with its comma, in bytes. */
const shortestAddress = '1.1.1.1:1,'.length;

/** Sends a peer the list, or the part of it that the period has room for, with a ping. */
export function sendList(state: State, peer: Peer, round: GossipRound, changes: Change[]): void {
  const list = round.listFor(peer);
  if (state.settings.protocol === 1) {
    const parts = takeParts(state.sendBudget, round.split(list, undefined));
    if (parts.length > 0) send(state, peer, parts, round.now, changes);
    return;
  }
  const introduced = peer.introduceAgainAt === undefined ? peer : introducedWhole(state, peer);
  const pinged = withPing(state, introduced, round.now);
  const parts = round.split(list, state.selfDescription);
  // What a peer that is not trusted may be sent, its allowance says.
  const [first, ...rest] = isTrusted(state, peer) ? takeParts(state.sendBudget, parts) : parts;
  const own = round.ownAddress(peer);
  if (!first) {
    ping(state, pinged, own === undefined ? [] : [own], round.now, changes);
    return;
  }
  // Only the first part differs between peers; the others are the same for all.
  const addresses = own === undefined ? first.addresses : [...first.addresses, own];
  const message = discover(addresses, { ...state.pingingDescription, ping: pinged.ping! });
  send(state, pinged, [message, ...rest], round.now, changes);
}

/** The peer with nothing to be sent once more: it gets the whole list now. */
function introducedWhole(state: State, peer: Peer): Peer {
  const isDue = peer.introduceAgainAt === peer.due;
  const due = isDue ? quietAt(peer, state.settings.period) : peer.due;
  return store(state, { ...peer, introduceAgainAt: undefined, due });
}

/**
 * Sends a peer of version 1, which cannot prove that it is there, the whole list if its own lists have
 * earned that many bytes, or else as much of it as they have.
 */
export function sendEarnedList(
  state: State,
  peer: Peer,
  round: GossipRound,
  changes: Change[],
): void {
  const maxBytes = allowed(state, peer, round.now) * listsShare;
  if (maxBytes >= wholeLength(state, peer, round, maxBytes)) sendList(state, peer, round, changes);
  else sendShortList(state, peer, round, maxBytes, changes);
}

/** The most bytes that the whole list takes; `Infinity` if that is more than `maxBytes` anyway. */
function wholeLength(state: State, peer: Peer, round: GossipRound, maxBytes: number): number {
  // The list carries a ping and this node's own address too.
  const besides = state.lengths.full + (round.ownAddress(peer)?.length ?? 0);
  // Making a long list takes long, and anyone can ask for one by a forged datagram.
  if (besides + shortestAddress * state.standing.present.size > maxBytes) return Infinity;
  return besides + round.lengthOf(round.split(round.listFor(peer), state.selfDescription));
}

/** Answers the first DISCOVER of a peer of version 1. */
export function answerVersion1(
  state: State,
  peer: Peer,
  round: GossipRound,
  received: number,
  changes: Change[],
): void {
  const earned = allowed(state, peer, round.now) * listsShare;
  const maxBytes = isTrusted(state, peer) ? amplification * received : earned;
  sendShortList(
    state,
    store(state, { ...peer, introducedAt: round.now }),
    round,
    maxBytes,
    changes,
  );
}

/** Sends a peer as much of the list as fits, in one datagram of version 1. */
function sendShortList(
  state: State,
  peer: Peer,
  round: GossipRound,
  maxBytes: number,
  changes: Change[],
): void {
  const bytes = Math.min(maxBytes, maxListBytes) - lengthOf(state, [discover([])]);
  const own = round.ownAddress(peer);
  const addresses =
    own === undefined || own.length > bytes
      ? round.fitting(peer, bytes)
      : [own, ...round.fitting(peer, bytes - own.length - 1)];
  if (addresses.length > 0) send(state, peer, [discover(addresses)], round.now, changes);
}

/** Sends a peer that has just proven itself members that it may not know, with the `pong` that it waits for. */
export function introduce(
  state: State,
  peer: Peer,
  round: GossipRound,
  pong: string | undefined,
  changes: Change[],
): void {
  const isIntroduced = takeIntroduction(state.sendBudget, peer.address);
  const addresses = isIntroduced ? round.fitting(peer, maxListBytes - state.lengths.full) : [];
  if (addresses.length === 0 && pong === undefined) return;
  const greeted = store(state, { ...peer, introducedAt: round.now });
  const description = isIntroduced ? state.selfDescription : state.briefDescription;
  const extension = { ...description, ...(pong !== undefined && { pong }) };
  send(state, greeted, [discover(addresses, extension)], round.now, changes);
}

/**
 * Greets a peer that has not proven itself, within its allowance and within what gossip may cause: a
 * forged name must not bring its owner a flood.
 */
export function greet(state: State, peer: Peer, round: GossipRound, changes: Change[]): void {
  if (!allowsGossipSend(peer.gossipSends, round.now) || !sendHello(state, peer, round, changes))
    return;
  const greeted = state.peers.get(peer.address)!;
  store(state, { ...greeted, gossipSends: recordGossipSend(greeted.gossipSends, round.now) });
}

/**
 * Greets a peer with a ping. If its allowance is too small for that, the first hello is our `id`
 * alone, and the peer pings us. Returns whether a hello was sent.
 */
export function sendHello(
  state: State,
  peer: Peer,
  round: GossipRound,
  changes: Change[],
): boolean {
  const { briefDescription, lengths } = state;
  const left = allowed(state, peer, round.now);
  if (left < lengths.ping) {
    const knocks = left >= lengths.knock && peer.gossipSends.length === 0;
    return knocks && send(state, peer, [discover([], briefDescription)], round.now, changes);
  }
  const own = round.ownAddress(peer);
  const addresses = own !== undefined && lengths.ping + own.length <= left ? [own] : [];
  return ping(state, peer, addresses, round.now, changes);
}

/** Pings a peer in as few bytes as possible. Returns whether the ping was sent. */
export function ping(
  state: State,
  peer: Peer,
  addresses: readonly string[],
  now: number,
  changes: Change[],
): boolean {
  const pinged = withPing(state, peer, now);
  const message = discover(addresses, { ...state.briefDescription, ping: pinged.ping! });
  const length = state.lengths.ping + addresses.join(',').length;
  return send(state, pinged, [message], now, changes, length);
}

/** The contents of an answer to a peer of version 2. */
export interface Answer {
  /** The ping that came, which is returned. */
  readonly pong: string | undefined;
  /** Whether the peer is asked to prove that it is there. */
  readonly ping: boolean;
  /** The length of the datagram that came, on the wire, in bytes. */
  readonly received: number;
}

/**
 * Answers a peer at once, with at most three times the bytes that came: forging a sender's address must
 * not multiply traffic.
 */
export function answer(
  state: State,
  peer: Peer,
  round: GossipRound,
  { pong, ping, received }: Answer,
  changes: Change[],
): void {
  const maxBytes = isTrusted(state, peer)
    ? amplification * received
    : allowed(state, peer, round.now);
  // If a peer is pinged again, our ping or its pong was lost: two copies are safer.
  const again = ping && peer.ping !== undefined;
  const pinged = ping ? withPing(state, peer, round.now) : peer;
  const proof = {
    ...(ping && { ping: pinged.ping! }),
    ...(pong !== undefined && { pong }),
  };
  // A peer that only pings us gets no more than its pong.
  const message =
    (ping && !again ? newcomerMessage(state, pinged, round, proof, maxBytes) : undefined) ??
    discover([], { ...state.briefDescription, ...proof });
  const copies =
    again && 2 * lengthOf(state, [message]) <= maxBytes ? [message, message] : [message];
  send(state, pinged, copies, round.now, changes);
}

/** All that we say of ourselves, and as much of the list as fits; `undefined` if nothing does. */
function newcomerMessage(
  state: State,
  peer: Peer,
  round: GossipRound,
  proof: Partial<DiscoverExtension>,
  maxBytes: number,
): DiscoverMessage | undefined {
  const extension = { ...state.selfDescription, ...proof };
  // For a newcomer that relies on this node enough is left to ping it once more.
  const relies = peer.introduceAgainAt !== undefined && !isTrusted(state, peer);
  const reserve = relies ? state.lengths.ping : 0;
  const empty = lengthOf(state, [discover([], extension)]);
  const left = Math.min(maxBytes - reserve, maxListBytes) - empty;
  return left < 0 ? undefined : discover(round.fitting(peer, left), extension);
}

/** The peer with a ping to send: the one that has not been returned, or else a new one. */
function withPing(state: State, peer: Peer, now: number): Peer {
  if (peer.ping === undefined) {
    const ping = state.settings.newPing();
    return store(state, { ...peer, ping, pingedAt: now, owesSince: now });
  }
  return peer.pingedAt === undefined ? peer : store(state, { ...peer, pingedAt: undefined });
}

function discover(addresses: readonly string[], extension?: DiscoverExtension): DiscoverMessage {
  return extension ? { type: 'discover', addresses, extension } : { type: 'discover', addresses };
}
