import { isProvenVersion2, standingOf, type Peer } from './peer.ts';
import { becomeQuiet } from './become-quiet.ts';
import { listedCount, remove, type Change, type State } from './state.ts';
import { gossipWindow } from './timing.ts';

/**
 * Whether one more address can be taken up that has not proven to be there. It is remembered for as
 * long as what it has been sent counts: were it forgotten, it could be named again at once.
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
 * Makes room for an address that has spoken, and may have been forged. It takes the place of the
 * oldest that was never heard: were it refused, a few forged datagrams a second would keep every
 * newcomer out, while to have one address forgotten takes as many of them as there are places.
 */
export function forceUnprovenPlace(state: State, now: number, changes: Change[]): void {
  if (freeUnprovenPlace(state, now, changes)) return;
  const { announced, unanswered } = state.standing;
  const [oldest] = unanswered.size > 0 ? unanswered : announced;
  const peer = state.peers.get(oldest ?? '');
  if (peer) remove(state, peer, changes);
}

/**
 * Whether a peer that is there can be listed. It takes the place of the oldest that is only
 * announced. One that has `proven` version 2, so that nobody made it up, also takes that of the
 * oldest of version 1 that has never answered a request.
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
  // Who was announced has a place in the list already.
  if (known && standingOf(known) === 'announced') return true;
  if (listedCount(state) < settings.maxMembers) return true;
  const [announced] = standing.announced;
  const least =
    peers.get(announced ?? '') ?? (proven ? oldestReplaceable(state, standing.present) : undefined);
  if (least) becomeQuiet(state, least, now, changes);
  else changes.push({ type: 'full', bound: 'members', by: address });
  return least !== undefined;
}

/** The first of version 1 that was of no use so far. */
function oldestReplaceable({ peers }: State, addresses: Iterable<string>): Peer | undefined {
  for (const address of addresses) {
    const peer = peers.get(address)!;
    if (peer.configured || isProvenVersion2(peer) || peer.answerTime !== undefined) continue;
    return peer;
  }
  return undefined;
}
