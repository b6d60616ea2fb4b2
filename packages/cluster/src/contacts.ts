// Chooses the peers that are asked for a file, and those that are shown as members.
import { hostOf, parsePeerAddress } from '@peerlane/protocol';
import { isHeard, isListed, isOfVersion1, isProvenVersion2, isQuiet, type Peer } from './peer.ts';
import { charge, isTrusted } from './send.ts';
import { find, store, type State } from './state.ts';
import { recordGossipSend, allowsGossipSend } from './timing.ts';

/** A peer that is to be asked for a file. */
export interface Contact {
  readonly address: string;
  /** The highest version that it is known to speak. */
  readonly version: 1 | 2;
  /** Whether it has been silent for too long: it is asked once, not again and again. */
  readonly quiet: boolean;
  /** Whether it is asked with the extension line. Without that line a Get is of version 1. */
  readonly extended: boolean;
}

/** How long a request is, in bytes of its message. */
export interface RequestLength {
  /** With its extension line. */
  readonly extended: number;
  /** Without its extension line; `Infinity` if version 1 cannot ask for that filename. */
  readonly plain: number;
  /** Whether peers that speak version 1 are left out: it has no such request. */
  readonly isForVersion2?: boolean;
}

/** A member that is to be asked once more. */
export interface ContactRequest {
  readonly address: string;
  /** How long the request is. */
  readonly length: RequestLength;
}

/** A peer's answer to a request for a file. */
export interface RequestAnswer {
  /** The address that it came from. */
  readonly from: string;
  /** How long after the request it came, in milliseconds. */
  readonly duration: number;
  /** Whether nobody has answered that request before. */
  readonly first: boolean;
}

/** The most quiet peers that are asked. */
const maxQuietAsked = 256;

/**
 * Chooses the peers to ask for a file, and charges the request to each: every listed peer, and some of
 * the quiet ones, for a badly connected peer may be the only one that has the file. The `id` of a
 * peer does not count here: copying it must not keep another peer from being asked.
 */
export function chooseContacts(state: State, length: RequestLength, now: number): Contact[] {
  const asked = [...oneOfEach(state, (owner) => owner.address), ...quietPeers(state)];
  return asked.flatMap((peer) => contactOf(state, peer, length, now) ?? []);
}

/** The newest quiet peers: those that have proven themselves once, and others if these are few. */
function quietPeers({ peers, standing }: State): Peer[] {
  const others = [...standing.unanswered].map((address) => peers.get(address)!);
  const heard = [...standing.quiet].map((address) => peers.get(address)!);
  const inTurn = [...others, ...heard].filter(({ guest }) => !guest);
  inTurn.sort((a, b) => Number(a.proven) - Number(b.proven));
  return inTurn.slice(-maxQuietAsked);
}

/** Charges one more request to a member; `undefined` if it may not be sent that much. */
export function chooseContact(
  state: State,
  { address, length }: ContactRequest,
  now: number,
): Contact | undefined {
  const peer = find(state, address);
  return peer && contactOf(state, peer, length, now);
}

/**
 * The listed peers without those known to be the same node as another. An `id` alone does not show that,
 * for anyone can copy one, and would hide its owner.
 */
export function uniqueMembers(state: State): Peer[] {
  const ownHosts = new Set(state.settings.ownHosts);
  return oneOfEach(state, (owner) => nodeAt(owner, ownHosts));
}

/** The most proven members that are told apart when they are counted: beyond that a few more change little. */
const mostCompared = 64;

/** How long a member may owe the answer to a ping before it counts as away, in milliseconds. */
const pongTimeout = 1000;

/**
 * About how many other nodes hear what this one hears: the members that have proven themselves, each node of
 * this machine once. A guest leaves soon, and a member that owes an answer may have died.
 */
export function countListeners({ peers, proven, settings }: State, now: number): number {
  if (proven.size > mostCompared) return proven.size;
  const ownHosts = new Set(settings.ownHosts);
  const nodes = new Set<string>();
  for (const address of proven) {
    const peer = peers.get(address)!;
    const isAway = peer.owesSince !== undefined && now - peer.owesSince >= pongTimeout;
    if (!isAway && !peer.guest) nodes.add(nodeAt(peer, ownHosts));
  }
  return nodes.size;
}

/**
 * Names the node behind a peer. Peers are one node if each of them has proven the same `id`, and they are
 * this machine by two of its addresses with one port, where no other program can be at either.
 */
function nodeAt(peer: Peer, ownHosts: ReadonlySet<string>): string {
  if (!isProvenVersion2(peer) || !ownHosts.has(hostOf(peer.address))) return peer.address;
  return `${peer.id} ${parsePeerAddress(peer.address).port}`;
}

/** The preferred one of all listed peers with the same key, in the place of the first. */
function oneOfEach(state: State, keyOf: (owner: Peer) => string): Peer[] {
  const byKey = new Map<string, Peer>();
  for (const peer of state.peers.values()) {
    if (!isListed(peer)) continue;
    // Names that resolve to one address are one node.
    const key = keyOf(find(state, peer.resolved ?? peer.address) ?? peer);
    const other = byKey.get(key);
    if (!other || preference(peer) > preference(other)) byKey.set(key, peer);
  }
  return [...byKey.values()];
}

function preference(peer: Peer): number {
  return (peer.configured ? 2 : 0) + (isHeard(peer) ? 1 : 0);
}

/** Charges a request to a peer; `undefined` if it may not be sent that much. */
function contactOf(
  state: State,
  peer: Peer,
  { extended, plain, isForVersion2 = false }: RequestLength,
  now: number,
): Contact | undefined {
  if (isForVersion2 && isOfVersion1(peer)) return undefined;
  // A silent peer that was proven once is asked too: nobody made it up.
  const whole = peer.proven || chargeRequest(state, peer, extended, now);
  const asked = whole || (isOfVersion1(peer) && chargeRequest(state, peer, plain, now));
  if (!asked) return undefined;
  return {
    address: peer.address,
    version: isProvenVersion2(peer) ? 2 : state.settings.lowestProtocol,
    quiet: isQuiet(peer),
    extended: whole,
  };
}

/** Whether a request of that many bytes may go to a peer. It also counts as caused by gossip. */
function chargeRequest(state: State, peer: Peer, bytes: number, now: number): boolean {
  const gossiped = peer.heardAt === undefined && !isTrusted(state, peer);
  if (gossiped && !allowsGossipSend(peer.gossipSends, now)) return false;
  if (!charge(state, peer, bytes + state.settings.overhead, now)) return false;
  const charged = state.peers.get(peer.address)!;
  if (gossiped)
    store(state, { ...charged, gossipSends: recordGossipSend(charged.gossipSends, now) });
  return true;
}
