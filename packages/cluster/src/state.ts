import type { DiscoverMessage } from '@peerlane/protocol';
import { Agenda } from './agenda.ts';
import type { Settings } from './options.ts';
import { isAnnounced, isQuiet, newPeer, type Peer } from './peer.ts';

/** Something that follows from an event, for the caller to do or to tell. */
export type Change =
  /** Send these messages to a member, each as one datagram. */
  | { readonly type: 'send'; readonly to: string; readonly messages: readonly DiscoverMessage[] }
  /** The address is in the list from now on. */
  | { readonly type: 'joined'; readonly address: string }
  /** The address is no longer in the list. */
  | { readonly type: 'left'; readonly address: string }
  /** Something was left out because a bound is reached. */
  | { readonly type: 'full'; readonly bound: 'members' | 'told'; readonly by: string };

/** All that a node knows about its cluster. Peers are never changed, only replaced. */
export interface State {
  readonly settings: Settings;
  readonly peers: Map<string, Peer>;
  /** The quiet ones of the peers, in the order in which they became quiet. */
  readonly quiet: Set<string>;
  /** Those that were only announced, in their order: the first to go where room is needed. */
  readonly announced: Set<string>;
  /** Other addresses of peers, by which they may be named too. */
  readonly aliases: Map<string, string>;
  /** Every address that is known to be this node's own. */
  readonly self: Set<string>;
  /** To whom a ping was sent that has not come back. */
  readonly pings: Map<string, string>;
  readonly agenda: Agenda;
  nextBroadcast: number;
}

/** The state before anything has happened. */
export function initialState(settings: Settings): State {
  const state: State = {
    settings,
    peers: new Map(),
    quiet: new Set(),
    announced: new Set(),
    aliases: new Map(),
    self: new Set(settings.self),
    pings: new Map(),
    agenda: new Agenda(),
    nextBroadcast: Infinity,
  };
  for (const address of settings.members) {
    if (!state.self.has(address)) put(state, newPeer(address, 0, { configured: true }));
  }
  return state;
}

/** The peer that an address belongs to. */
export function find(state: State, address: string): Peer | undefined {
  return state.peers.get(state.aliases.get(address) ?? address);
}

/** How many peers are in the list. */
export function listedCount(state: State): number {
  return state.peers.size - state.quiet.size;
}

/** Puts a peer in, or in the place of what was known about it. */
export function put(state: State, peer: Peer): Peer {
  const { address } = peer;
  const before = state.peers.get(address);
  state.peers.set(address, peer);
  if (before?.due !== peer.due && peer.due !== Infinity) state.agenda.add(address, peer.due);
  if (before?.ping !== peer.ping) {
    if (before?.ping !== undefined) state.pings.delete(before.ping);
    if (peer.ping !== undefined) state.pings.set(peer.ping, address);
  }
  if (before?.aliases !== peer.aliases) {
    for (const alias of before?.aliases ?? []) state.aliases.delete(alias);
    for (const alias of peer.aliases) state.aliases.set(alias, address);
  }
  keep(state.quiet, address, before && isQuiet(before), isQuiet(peer));
  keep(state.announced, address, before && isAnnounced(before), isAnnounced(peer));
  return peer;
}

/** Forgets a peer. */
export function remove(state: State, { address, ping, aliases }: Peer): void {
  state.peers.delete(address);
  for (const alias of aliases) state.aliases.delete(alias);
  state.quiet.delete(address);
  state.announced.delete(address);
  if (ping !== undefined) state.pings.delete(ping);
}

function keep(set: Set<string>, address: string, before: boolean | undefined, now: boolean): void {
  if (now === (before ?? false)) return;
  if (now) set.add(address);
  else set.delete(address);
}
