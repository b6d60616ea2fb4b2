import { isHeard, isListed, isProvenVersion2, isQuiet, type Peer } from './peer.ts';
import { find, store, type State } from './state.ts';
import { buy, mayBuy } from './timing.ts';

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
 * Everyone who is to be asked for a file: every listed peer, and some of the quiet ones, for a peer
 * that is only badly connected may have what nobody else has. What a peer calls itself has no say
 * in this: nobody could keep another from being asked by taking its `id`.
 */
export function contacts(state: State, now: number): Contact[] {
  const { quiet, unanswered } = state.standing;
  const silent = newest(quiet, maxQuietAsked);
  silent.push(...newest(unanswered, maxQuietAsked - silent.length));
  const asked = [
    ...oneOfEach(state, (owner) => owner.address),
    ...silent.map((address) => state.peers.get(address)!).filter(({ guest }) => !guest),
  ];
  return asked.filter((peer) => buyRequest(state, peer, now)).map(contactOf);
}

/** Whether a member may be asked once more, and notes that it is. */
export function askAgain(state: State, address: string, now: number): Contact | undefined {
  const peer = find(state, address);
  return peer && buyRequest(state, peer, now) ? contactOf(peer) : undefined;
}

/** The lines of the list: each node once, as far as it is known. */
export function lines(state: State): Peer[] {
  return oneOfEach(state, (owner) => owner.id ?? owner.address);
}

/** Of the listed peers with the same key, the one that is best to show, in the place of the first. */
function oneOfEach(state: State, keyOf: (owner: Peer) => string): Peer[] {
  const byKey = new Map<string, Peer>();
  for (const peer of state.peers.values()) {
    if (!isListed(peer)) continue;
    // Names that resolve to one address are one.
    const key = keyOf(find(state, peer.resolved ?? peer.address) ?? peer);
    const other = byKey.get(key);
    if (!other || preference(peer) > preference(other)) byKey.set(key, peer);
  }
  return [...byKey.values()];
}

function preference(peer: Peer): number {
  return (peer.configured ? 2 : 0) + (isHeard(peer) ? 1 : 0);
}

/** The last of a set that grows at its end. */
function newest(addresses: ReadonlySet<string>, count: number): string[] {
  return [...addresses].slice(Math.max(0, addresses.size - count));
}

/** Requests to a peer that only gossip vouches for count against what gossip may cause. */
function buyRequest(state: State, peer: Peer, now: number): boolean {
  if (peer.configured || peer.heardAt !== undefined || state.settings.protocol === 1) return true;
  if (!mayBuy(peer.bought, now)) return false;
  store(state, { ...peer, bought: buy(peer.bought, now) });
  return true;
}

function contactOf(peer: Peer): Contact {
  return {
    address: peer.address,
    version: isProvenVersion2(peer) ? 2 : 1,
    quiet: isQuiet(peer),
  };
}
