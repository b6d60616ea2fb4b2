// Frees places for peers when a bound on their number is reached.
import { isProvenVersion2, standingOf, type Peer } from './peer.ts';
import { becomeQuiet } from './become-quiet.ts';
import { listedCount, remove, type Change, type State } from './state.ts';
import { gossipWindow } from './timing.ts';

/**
 * Whether there is a place for one more address that has not proven itself; forgets the oldest one for
 * it if that is allowed. An address that was sent something stays known for as long as that counts:
 * a forgotten one could be named again at once.
 */
export function freeUnprovenPlace(state: State, now: number, changes: Change[]): boolean {
  const { announced, unanswered } = state.standing;
  if (announced.size + unanswered.size < state.settings.maxQuiet) return true;
  const [address] = unanswered;
  const oldest = state.peers.get(address ?? '');
  if (!oldest || now - (oldest.gossipSends.at(-1) ?? -Infinity) < gossipWindow) return false;
  remove(state, oldest, changes);
  return true;
}

/**
 * Frees a place for an address that has spoken, and may have been forged, by forgetting the oldest
 * that was never heard. If newcomers were refused instead, a few forged datagrams a second would keep
 * all of them out; to have one address forgotten takes as many of these as there are places.
 */
export function forceUnprovenPlace(state: State, now: number, changes: Change[]): void {
  if (freeUnprovenPlace(state, now, changes)) return;
  const { announced, unanswered } = state.standing;
  const [oldest] = unanswered.size > 0 ? unanswered : announced;
  const peer = state.peers.get(oldest ?? '');
  if (peer) remove(state, peer, changes);
}

/**
 * Whether there is a place on the list for a peer that is there. The oldest that is only announced
 * makes way for it. For a peer that has `proven` version 2, so that nobody made it up, the oldest of
 * version 1 that has never answered a request makes way too.
 */
export function freeListedPlace(
  state: State,
  { address }: Peer,
  proven: boolean,
  now: number,
  changes: Change[],
): boolean {
  const { presentByHost, peers, settings, standing } = state;
  const known = peers.get(address);
  const neighbours = presentByHost.full(address);
  if (neighbours) {
    const least = proven ? oldestReplaceable(state, neighbours) : undefined;
    if (least) becomeQuiet(state, least, now, changes);
    else changes.push({ type: 'full', bound: 'host', by: address });
    return least !== undefined;
  }
  // An announced peer has a place on the list already.
  if (known && standingOf(known) === 'announced') return true;
  if (listedCount(state) < settings.maxMembers) return true;
  const [announced] = standing.announced;
  const least =
    peers.get(announced ?? '') ?? (proven ? oldestReplaceable(state, standing.present) : undefined);
  if (least) becomeQuiet(state, least, now, changes);
  else changes.push({ type: 'full', bound: 'members', by: address });
  return least !== undefined;
}

/** The first peer of version 1 that has never answered a request. */
function oldestReplaceable({ peers }: State, addresses: Iterable<string>): Peer | undefined {
  for (const address of addresses) {
    const peer = peers.get(address)!;
    if (peer.configured || isProvenVersion2(peer) || peer.answerTime !== undefined) continue;
    return peer;
  }
  return undefined;
}
