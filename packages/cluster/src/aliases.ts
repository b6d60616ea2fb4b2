import { find, put, remove, type Change, type State } from './state.ts';

/** The most addresses that are remembered as our own; more names for one node are somebody's game. */
const maxOwnAddresses = 1000;

/** Takes in that a name resolves to an address: the two are one member. */
export function receiveAlias(state: State, name: string, address: string, changes: Change[]): void {
  const named = state.peers.get(name);
  if (!named || named.resolved === address || name === address) return;
  if (state.self.has(address)) {
    knowAsOwn(state, name, changes);
    return;
  }
  const current = put(state, {
    ...named,
    resolved: address,
    aliases: named.aliases.filter((alias) => alias !== named.resolved),
  });
  const other = find(state, address);
  if (!other) {
    put(state, { ...current, aliases: [...current.aliases, address] });
    return;
  }
  // A name that gossip brought takes no place of a peer that is known already.
  const [kept, dropped] = current.configured ? [current, other] : [other, current];
  remove(state, dropped);
  if (dropped.quietSince === undefined) changes.push({ type: 'left', address: dropped.address });
  // What was proven about either holds for the one that they are.
  const later = (dropped.heardAt ?? -Infinity) > (kept.heardAt ?? -Infinity) ? dropped : kept;
  const { quietSince, ...proven } = later;
  put(state, {
    ...proven,
    address: kept.address,
    configured: kept.configured,
    learnedAt: kept.learnedAt,
    ...(quietSince !== undefined && !kept.configured && { quietSince }),
    ...(kept === current && { resolved: address }),
    aliases: [...new Set([...kept.aliases, ...dropped.aliases, dropped.address])],
  });
}

/** Notes that an address is our own: it is no member, whoever names it. */
export function knowAsOwn(state: State, address: string, changes: Change[]): void {
  const peer = state.peers.get(address);
  if (state.self.size < maxOwnAddresses) state.self.add(address);
  if (!peer) return;
  remove(state, peer);
  if (peer.quietSince === undefined) changes.push({ type: 'left', address });
}
