// Everything that a node knows about its cluster, and the few ways to change it.
import type { DiscoverExtension, DiscoverMessage } from '@peerlane/protocol';
import {
  selfDescription,
  briefDescription,
  descriptionLengths,
  type DescriptionLengths,
} from './self-description.ts';
import { DueQueue, type Entry } from './due-queue.ts';
import { PeersByHost } from './peers-by-host.ts';
import type { Settings } from './options.ts';
import { newSendBudget, type SendBudget } from './send-budget.ts';
import {
  isHeard,
  isListed,
  isProvenVersion2,
  newPeer,
  standingOf,
  type Peer,
  type Standing,
} from './peer.ts';

/** A node that is joining. */
export interface Joining {
  /** When it is over, unless another member proves itself before. */
  readonly until: number;
  /** When it is over in any case. */
  readonly latest: number;
}

/** An address that is taken for this node's own. */
export interface OwnAddress {
  /** What was known of it, with the ping that came back. */
  readonly peer: Peer;
  /** How many rounds have begun since then. */
  readonly rounds: number;
  /** Whether its ping has come back since the last round began. */
  readonly echoed: boolean;
}

/** Something that follows from an event, for the caller to do or to report. */
export type Change =
  /** Send these messages to a member, each as one datagram. */
  | { readonly type: 'send'; readonly to: string; readonly messages: readonly DiscoverMessage[] }
  /** The address is in the list from now on. */
  | { readonly type: 'joined'; readonly address: string }
  /** The peer has proven that it is there: everything that waits for it may be sent now. */
  | { readonly type: 'proven'; readonly address: string }
  /** A configured member, which is always listed, is there: its state is `heard` from now on. */
  | { readonly type: 'heard'; readonly address: string }
  /** A configured member has been silent for too long: its state is `configured` from now on. */
  | { readonly type: 'silent'; readonly address: string }
  /** The node has been told of the members that others know. */
  | { readonly type: 'converged' }
  /** The address is no longer in the list. */
  | { readonly type: 'left'; readonly address: string }
  /** An address that a peer named was left out, or the peer itself, because a bound is reached. */
  | { readonly type: 'full'; readonly bound: 'members' | 'host' | 'peer'; readonly by: string };

/** Everything that a node knows about its cluster. Peers are never changed, only replaced. */
export interface State {
  readonly settings: Settings;
  /** The node's description of itself. */
  readonly selfDescription: DiscoverExtension;
  /** The same with a place for a ping, which makes copies with a ping cheap. */
  readonly pingingDescription: DiscoverExtension;
  /** The shortest form of the same. */
  readonly briefDescription: DiscoverExtension;
  readonly lengths: DescriptionLengths;
  readonly peers: Map<string, Peer>;
  /** The addresses of the peers by their standing, in the order in which they reached it. */
  readonly standing: Readonly<Record<Standing, Set<string>>>;
  /** The addresses of the peers that have proven that they are there. */
  readonly proven: Set<string>;
  /** The addresses of peers that were heard and are not configured, by their host. */
  readonly presentByHost: PeersByHost;
  /** Other addresses by which peers are known, with the address of the peer. */
  readonly aliases: Map<string, string>;
  /** The addresses that the options say are this node's own. */
  readonly self: ReadonlySet<string>;
  /** The addresses that turned out to be this node's own. The configured ones keep their places. */
  readonly own: {
    readonly configured: Map<string, OwnAddress>;
    readonly others: Map<string, OwnAddress>;
  };
  /** The address to which each ping was sent that has not been returned. */
  readonly pings: Map<string, string>;
  readonly dueQueue: DueQueue;
  nextBroadcast: number;
  /** What may still be sent in the current period. */
  sendBudget: SendBudget;
  /** Set while the node is being told of the members that others know. */
  joining: Joining | undefined;
  /** The place at which the next list begins that cannot name all members: each list names others. */
  listOffset: number;
}

/**
 * The state before anything has happened.
 *
 * @throws ProtocolError `not-encodable` if the settings hold a value that no message can carry
 */
export function initialState(settings: Settings): State {
  const description = selfDescription(settings);
  const brief = briefDescription(description);
  const state: State = {
    settings,
    selfDescription: description,
    pingingDescription: { ...description, ping: '' },
    briefDescription: brief,
    lengths: descriptionLengths(settings, description, brief),
    peers: new Map(),
    standing: { present: new Set(), announced: new Set(), quiet: new Set(), unanswered: new Set() },
    proven: new Set(),
    presentByHost: new PeersByHost(),
    aliases: new Map(),
    self: new Set(settings.self),
    own: { configured: new Map(), others: new Map() },
    pings: new Map(),
    dueQueue: new DueQueue(),
    nextBroadcast: Infinity,
    sendBudget: newSendBudget(0),
    joining: undefined,
    listOffset: 0,
  };
  for (const address of settings.members) {
    if (!state.self.has(address)) store(state, newPeer(address, 0, { configured: true }));
  }
  return state;
}

/** The peer that an address belongs to. An alias of one peer is never the address of another. */
export function find({ peers, aliases }: State, address: string): Peer | undefined {
  return peers.get(address) ?? peers.get(aliases.get(address) ?? '');
}

/** How many peers have a place on the list, guests included. */
export function listedCount({ standing, own }: State): number {
  return standing.present.size + standing.announced.size + own.configured.size;
}

/** Adds a peer that was not known. */
export function add(state: State, peer: Peer, changes: Change[]): Peer {
  if (isListed(peer)) changes.push({ type: 'joined', address: peer.address });
  return replace(state, undefined, peer);
}

/** Adds a peer, or replaces what was known about it. */
export function put(state: State, peer: Peer, changes: Change[]): Peer {
  const before = state.peers.get(peer.address);
  const listed = isListed(peer);
  if (listed !== (before !== undefined && isListed(before))) {
    changes.push({ type: listed ? 'joined' : 'left', address: peer.address });
  }
  if (peer.configured) {
    const heard = isHeard(peer);
    if (heard !== (before !== undefined && isHeard(before)))
      changes.push({ type: heard ? 'heard' : 'silent', address: peer.address });
  }
  return replace(state, before, peer);
}

/** As {@link put}, for a change that leaves the peer on the list or off it. */
export function store(state: State, peer: Peer): Peer {
  return replace(state, state.peers.get(peer.address), peer);
}

function replace(state: State, before: Peer | undefined, peer: Peer): Peer {
  const { address } = peer;
  state.peers.set(address, peer);
  if (before?.due !== peer.due && peer.due !== Infinity) schedule(state, peer);
  if (before?.ping !== peer.ping) {
    if (before?.ping !== undefined) state.pings.delete(before.ping);
    if (peer.ping !== undefined) state.pings.set(peer.ping, address);
  }
  if (before?.aliases !== peer.aliases) {
    for (const alias of before?.aliases ?? []) state.aliases.delete(alias);
    for (const alias of peer.aliases) state.aliases.set(alias, address);
  }
  const standing = standingOf(peer);
  const earlier = before && standingOf(before);
  if (standing !== earlier) {
    if (earlier) state.standing[earlier].delete(address);
    state.standing[standing].add(address);
    if (!peer.configured && earlier === 'present') state.presentByHost.delete(address);
    if (!peer.configured && standing === 'present') state.presentByHost.add(address);
  }
  if (isProvenVersion2(peer)) state.proven.add(address);
  else state.proven.delete(address);
  return peer;
}

/** Forgets a peer. */
export function remove(state: State, peer: Peer, changes: Change[]): void {
  const { address, ping, aliases } = peer;
  state.peers.delete(address);
  for (const alias of aliases) state.aliases.delete(alias);
  state.standing[standingOf(peer)].delete(address);
  state.proven.delete(address);
  state.presentByHost.delete(address);
  if (ping !== undefined) state.pings.delete(ping);
  if (isListed(peer)) changes.push({ type: 'left', address });
}

/** The most outdated entries that are not worth removing from the queue. */
const fewEntries = 64;

function schedule(state: State, { address, due }: Peer): void {
  const { dueQueue, peers } = state;
  dueQueue.add(address, due);
  // Most entries are outdated then. Datagrams that set new times must not make the queue grow.
  if (dueQueue.size > 2 * peers.size + fewEntries) dueQueue.reset(entriesOf(peers.values()));
}

function* entriesOf(peers: Iterable<Peer>): Generator<Entry> {
  for (const { address, due } of peers) if (due !== Infinity) yield { key: address, due };
}
