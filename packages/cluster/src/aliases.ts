import { isLoopback } from './loopback.ts';
import type { Peer } from './peer.ts';
import { find, put, remove, type Change, type State } from './state.ts';
import { gossipBudget } from './timing.ts';

/** The most addresses that are remembered as our own; more names for one node are somebody's game. */
const maxOwnAddresses = 1000;

/** The most other addresses of one peer; what comes beyond stays a peer of its own. */
const maxAliases = 8;

/** Takes in that a name resolves to an address: the two are one member. */
export function receiveAlias(state: State, name: string, address: string, changes: Change[]): void {
  const named = state.peers.get(name);
  if (!named || name === address) return;
  if (state.self.has(address)) {
    knowAsOwn(state, name, changes);
    return;
  }
  if (!named.configured && !named.local && isLoopback(address)) {
    remove(state, named, changes);
    return;
  }
  const other = find(state, address);
  if (other === named && named.resolved === address) return;
  // What was reached at the address that it had may be someone else from now on.
  const moved = put(state, { ...named, resolved: address, aliases: [] }, changes);
  if (!other || other === named) {
    put(state, { ...moved, aliases: [address] }, changes);
  } else if (!moved.configured) {
    // A name that gossip brought takes no place of a peer that is known already.
    merge(state, other, moved, [...other.aliases], changes);
  } else if (!other.configured) {
    merge(state, moved, other, [address], changes);
  }
}

/** Makes two peers one, and keeps what was proven about either. */
function merge(
  state: State,
  kept: Peer,
  dropped: Peer,
  others: readonly string[],
  changes: Change[],
): void {
  const aliases = [...new Set([...others, dropped.address, ...dropped.aliases])];
  if (aliases.length > maxAliases) return;
  remove(state, dropped, changes);
  const later = (dropped.heardAt ?? -Infinity) > (kept.heardAt ?? -Infinity) ? dropped : kept;
  const bought = [...kept.bought, ...dropped.bought].sort((a, b) => a - b).slice(-gossipBudget);
  const { address, configured, learnedAt, resolved } = kept;
  const answersIn = kept.answersIn ?? dropped.answersIn;
  const priority = kept.priority || dropped.priority;
  put(
    state,
    {
      ...later,
      address,
      configured,
      learnedAt,
      resolved,
      aliases,
      bought,
      answersIn,
      priority,
    },
    changes,
  );
}

/** Notes that an address is our own: it is no member, whoever names it. */
export function knowAsOwn(state: State, address: string, changes: Change[]): void {
  if (state.self.size < maxOwnAddresses) state.self.add(address);
  const peer = state.peers.get(address);
  if (peer) remove(state, peer, changes);
}
