import type { DiscoverExtension, DiscoverMessage } from '@peerlane/protocol';
import { amplification } from './allowance.ts';
import type { Peer } from './peer.ts';
import { maxListBytes, type GossipRound } from './gossip-round.ts';
import { allowed, isTrusted, lengthOf, send } from './send.ts';
import { store, type Change, type State } from './state.ts';
import { recordGossipSend, allowsGossipSend } from './timing.ts';

/** The part of an allowance that lists may use up; the rest is for requests. */
const listsShare = 2 / 3;

/** The least that a member takes in a list, with its comma, in bytes. */
const shortestAddress = '1.1.1.1:1,'.length;

/** Tells a peer about the cluster, and pings it. */
export function sendList(state: State, peer: Peer, round: GossipRound, changes: Change[]): void {
  const list = round.listFor(peer);
  if (state.settings.protocol === 1) {
    send(state, peer, round.split(list, undefined), round.now, changes);
    return;
  }
  const pinged = withPing(state, peer, round.now);
  const [first, ...rest] = round.split(list, state.selfDescription);
  const own = round.ownAddress(peer);
  // What is meant for this peer alone goes into the first part; the others are the same for all.
  const addresses = own === undefined ? first!.addresses : [...first!.addresses, own];
  const message = discover(addresses, { ...state.pingingDescription, ping: pinged.ping! });
  send(state, pinged, [message, ...rest], round.now, changes);
}

/**
 * Tells a peer of version 1 about the cluster, which nobody can prove to be there: all of it where
 * its own lists have earned that, else as much as they have.
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

/** The most bytes that telling a peer everything takes; `Infinity` where it is beyond `room` anyway. */
function wholeLength(state: State, peer: Peer, round: GossipRound, maxBytes: number): number {
  // A ping and our own address come besides.
  const besides = state.lengths.full + (round.ownAddress(peer)?.length ?? 0);
  // To make a long list takes long, and anyone can have himself told a short one.
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
  sendShortList(state, store(state, { ...peer, greetedAt: round.now }), round, maxBytes, changes);
}

/** Tells a peer about as many as fit, in one datagram of version 1. */
function sendShortList(
  state: State,
  peer: Peer,
  round: GossipRound,
  maxBytes: number,
  changes: Change[],
): void {
  const bytes = Math.min(maxBytes, maxListBytes) - 'DISCOVER,\n'.length;
  const own = round.ownAddress(peer);
  const addresses =
    own === undefined || own.length > bytes
      ? round.fitting(peer, bytes)
      : [own, ...round.fitting(peer, bytes - own.length - 1)];
  if (addresses.length > 0) send(state, peer, [discover(addresses)], round.now, changes);
}

/** Tells a peer that has just proven itself whom it may not know, with the `pong` that it waits for. */
export function introduce(
  state: State,
  peer: Peer,
  round: GossipRound,
  pong: string | undefined,
  changes: Change[],
): void {
  const addresses = round.fitting(peer, maxListBytes - state.lengths.full);
  if (addresses.length === 0 && pong === undefined) return;
  const greeted = store(state, { ...peer, greetedAt: round.now });
  const extension = { ...state.selfDescription, ...(pong !== undefined && { pong }) };
  send(state, greeted, [discover(addresses, extension)], round.now, changes);
}

/**
 * Greets a peer that has not proven itself, as its allowance and what gossip may cause let us: who
 * forges a name must not buy its owner a flood.
 */
export function greet(state: State, peer: Peer, round: GossipRound, changes: Change[]): void {
  if (!allowsGossipSend(peer.gossipSends, round.now) || !sendGreeting(state, peer, round, changes))
    return;
  const greeted = state.peers.get(peer.address)!;
  store(state, { ...greeted, gossipSends: recordGossipSend(greeted.gossipSends, round.now) });
}

/**
 * Greets a peer with a ping, or, where that is too much for the first time, with our `id` alone: it
 * pings us then. Returns whether it did.
 */
export function sendGreeting(
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

/** Asks a peer whether it is there, in as few bytes as that takes. */
export function ping(
  state: State,
  peer: Peer,
  addresses: readonly string[],
  now: number,
  changes: Change[],
): boolean {
  const pinged = withPing(state, peer, now);
  const message = discover(addresses, { ...state.briefDescription, ping: pinged.ping! });
  return send(state, pinged, [message], now, changes);
}

/** What a peer of version 2 is answered at once. */
export interface Answer {
  /** The ping that came, to go back. */
  readonly pong: string | undefined;
  /** Whether the peer is asked to prove that it is there. */
  readonly ping: boolean;
  /** How many bytes came. */
  readonly received: number;
}

/**
 * Answers a peer at once, with at most three times the bytes that came: whoever forges a sender's
 * address must not gain by it.
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
  // Who is asked again has lost our ping, or we its pong: two copies are safer.
  const again = ping && peer.ping !== undefined;
  const pinged = ping ? withPing(state, peer, round.now) : peer;
  const proof = {
    ...(ping && { ping: pinged.ping! }),
    ...(pong !== undefined && { pong }),
  };
  // Who only wants to know whether we are there is spared the rest.
  const message =
    (ping && !again ? newcomerMessage(state, pinged, round, proof, maxBytes) : undefined) ??
    discover([], { ...state.briefDescription, ...proof });
  const copies = again && 2 * lengthOf([message]) <= maxBytes ? [message, message] : [message];
  send(state, pinged, copies, round.now, changes);
}

/** All about us, and as much of the list as fits besides; `undefined` where there is no room. */
function newcomerMessage(
  state: State,
  peer: Peer,
  round: GossipRound,
  proof: Partial<DiscoverExtension>,
  maxBytes: number,
): DiscoverMessage | undefined {
  const extension = { ...state.selfDescription, ...proof };
  const left = maxBytes - lengthOf([discover([], extension)]);
  return left < 0 ? undefined : discover(round.fitting(peer, left), extension);
}

/** The peer with a ping to send; one that has not come back is sent again. */
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
