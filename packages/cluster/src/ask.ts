import { isHeard, type Peer } from './peer.ts';
import { find, put, type State } from './state.ts';
import { gossipBudget, mayBuy } from './timing.ts';

/** Someone to be asked for a file. */
export interface Contact {
  readonly address: string;
  /** The highest version that it has proven to speak. */
  readonly version: 1 | 2;
  /** It has been silent for too long: ask it once, not again and again. */
  readonly quiet: boolean;
}

/** The most quiet peers that are asked. */
const maxQuietAsked = 256;

/**
 * Everyone who is to be asked for a file: one address of every listed node, and some of the quiet
 * ones, for a peer that is only badly connected may have what nobody else has.
 */
export function contacts(state: State, now: number): Contact[] {
  const quiet = [...state.quiet].slice(-maxQuietAsked).map((address) => state.peers.get(address)!);
  const asked = [...oneOfEach(state), ...quiet].filter((peer) => !peer.guest);
  return asked.filter((peer) => buyRequest(state, peer, now)).map(contactOf);
}

/** Whether a member may be asked once more, and notes that it is. */
export function askAgain(state: State, address: string, now: number): Contact | undefined {
  const peer = find(state, address);
  return peer && buyRequest(state, peer, now) ? contactOf(peer) : undefined;
}

/** The listed peers; where one node has several addresses, the one that is best to show. */
export function oneOfEach(state: State): Peer[] {
  const byNode = new Map<string, Peer>();
  for (const peer of state.peers.values()) {
    if (peer.quietSince !== undefined) continue;
    const key = peer.id ?? peer.address;
    const other = byNode.get(key);
    if (!other || preference(peer) > preference(other)) byNode.set(key, peer);
  }
  return [...state.peers.values()].filter((peer) => byNode.get(peer.id ?? peer.address) === peer);
}

function preference(peer: Peer): number {
  return (peer.configured ? 2 : 0) + (isHeard(peer) ? 1 : 0);
}

/** Requests to a peer that only gossip vouches for count against what gossip may cause. */
function buyRequest(state: State, peer: Peer, now: number): boolean {
  if (peer.configured || peer.heardAt !== undefined || state.settings.protocol === 1) return true;
  if (!mayBuy(peer.bought, now)) return false;
  put(state, { ...peer, bought: [...peer.bought, now].slice(-gossipBudget) });
  return true;
}

function contactOf(peer: Peer): Contact {
  return {
    address: peer.address,
    version: peer.version === 2 && peer.heardAt !== undefined ? 2 : 1,
    quiet: peer.quietSince !== undefined,
  };
}
