// Records the names and addresses that belong to one peer.
import { hostOf, isLoopback } from '@peerlane/protocol';
import type { Peer } from './peer.ts';
import { GossipRound } from './gossip-round.ts';
import { add, find, put, remove, type Change, type State } from './state.ts';
import { greet } from './greetings.ts';
import { hideOwn, isOwn } from './own-addresses.ts';

/** The name of a member and the address that it was resolved to, both as `host:port`. */
export interface ResolvedName {
  readonly name: string;
  readonly address: string;
}

/** The most other addresses of one peer. Any further one stays a peer of its own. */
const maxAliases = 8;

/** Records that a name resolves to an address: the two are one member. */
export function recordAlias(state: State, name: string, address: string, changes: Change[]): void {
  const named = state.peers.get(name);
  if (!named || name === address) return;
  if (isOwn(state, address)) {
    if (!hideOwn(state, named, changes)) remove(state, named, changes);
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
  // Another node may be at the address that the name led to before.
  const moved = put(state, { ...named, resolved: address, aliases: [] }, changes);
  const other = find(state, address);
  if (!other) {
    put(state, { ...moved, aliases: [address] }, changes);
  } else if (!moved.configured) {
    // A name from gossip does not replace a peer that is known already.
    merge(state, other, moved, changes);
  } else if (!other.configured) {
    merge(state, moved, other, changes);
  }
}

/**
 * Replaces a name from gossip by the address that it resolves to. The owner of a name can let it lead
 * elsewhere at any time, and what the peer has proven and may be sent must not move with it.
 */
function replaceName(state: State, named: Peer, address: string, changes: Change[]): void {
  remove(state, named, changes);
  // Nothing was ever sent to the name: its hello goes to the address, and counts from its own time.
  const fields = { address, aliases: [named.address], gossipSends: [] };
  const member = add(state, { ...named, ...fields }, changes);
  greet(
    state,
    member,
    new GossipRound(state, named.gossipSends.at(-1) ?? named.learnedAt),
    changes,
  );
}

/** Merges two peers into one, which keeps what either of them has proven. */
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
