import { hostOf, isLoopback } from '@peerlane/protocol';
import type { Peer } from './peer.ts';
import { GossipRound } from './gossip-round.ts';
import { add, find, put, remove, type Change, type State } from './state.ts';
import { greet } from './greetings.ts';

/** The most addresses that are remembered as our own; more names for one node are somebody's game. */
const maxOwnAddresses = 1000;

/** The most other addresses of one peer; what comes beyond stays a peer of its own. */
const maxAliases = 8;

/** Takes in that a name resolves to an address: the two are one member. */
export function receiveAlias(state: State, name: string, address: string, changes: Change[]): void {
  const named = state.peers.get(name);
  if (!named || name === address) return;
  if (state.self.has(address)) {
    if (!recordOwnAddress(state, named, changes)) remove(state, named, changes);
    return;
  }
  if (!named.configured && !named.local && isLoopback(hostOf(address))) {
    remove(state, named, changes);
    return;
  }
  if (named.resolved === address && find(state, address) === named) return;
  if (!named.configured && state.settings.protocol === 2 && !find(state, address)) {
    replaceName(state, named, address, changes);
    return;
  }
  // What was reached at the address that it had may be someone else from now on.
  const moved = put(state, { ...named, resolved: address, aliases: [] }, changes);
  const other = find(state, address);
  if (!other) {
    put(state, { ...moved, aliases: [address] }, changes);
  } else if (!moved.configured) {
    // A name that gossip brought takes no place of a peer that is known already.
    merge(state, other, moved, changes);
  } else if (!other.configured) {
    merge(state, moved, other, changes);
  }
}

/**
 * Knows a peer that gossip named by its address from now on. Whoever owns the name may let it lead
 * elsewhere at any time: what is proven, and what may be sent, must not go along.
 */
function replaceName(state: State, named: Peer, address: string, changes: Change[]): void {
  remove(state, named, changes);
  // Nothing has ever left for the name. What was on its way goes to the address, at its time.
  const fields = { address, aliases: [named.address], gossipSends: [] };
  const member = add(state, { ...named, ...fields }, changes);
  greet(
    state,
    member,
    new GossipRound(state, named.gossipSends.at(-1) ?? named.learnedAt),
    changes,
  );
}

/** Makes two peers one, and keeps what was proven about either. */
function merge(state: State, kept: Peer, dropped: Peer, changes: Change[]): void {
  const aliases = [...kept.aliases, dropped.address, ...dropped.aliases];
  if (aliases.length > maxAliases) return;
  remove(state, dropped, changes);
  const later = (dropped.heardAt ?? -Infinity) > (kept.heardAt ?? -Infinity) ? dropped : kept;
  const { address, configured, learnedAt, resolved } = kept;
  const merged: Peer = {
    ...later,
    address,
    configured,
    learnedAt,
    resolved,
    aliases,
    gossipSends: [...kept.gossipSends, ...dropped.gossipSends].sort((a, b) => a - b),
    answerTime: kept.answerTime ?? dropped.answerTime,
    priority: kept.priority || dropped.priority,
  };
  put(state, merged, changes);
}

/**
 * Notes that a peer is this node itself: it is no member, whoever names it. Returns whether there is
 * room to remember that.
 */
export function recordOwnAddress(state: State, peer: Peer, changes: Change[]): boolean {
  if (state.self.size >= maxOwnAddresses && !peer.configured) return false;
  state.self.add(peer.address);
  remove(state, peer, changes);
  return true;
}
