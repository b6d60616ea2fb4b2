// Learns the addresses that a list or the user names, within the bounds, and greets the new ones.
import { hostOf, isLoopback } from '@peerlane/protocol';
import { adjustAllowance, noAllowance } from './allowance.ts';
import { isHeard, isQuiet, newPeer, type Peer } from './peer.ts';
import { freeUnprovenPlace } from './capacity.ts';
import type { GossipRound } from './gossip-round.ts';
import { grant, isTrusted } from './send.ts';
import { add, find, listedCount, store, type Change, type State } from './state.ts';
import { greet } from './greetings.ts';
import { isOwn } from './own-addresses.ts';
import { periodOf, pingPauses } from './timing.ts';

/** The origin of a list of addresses. */
export interface AddressSource {
  /** The address of the peer that sent it; not needed in version 1. */
  readonly address?: string;
  /** Whether it comes from this machine, so that it may name loopback addresses. */
  readonly local: boolean;
  /**
   * The bytes that each address may be sent for being named, if it has not proven itself.
   * @default the length of its mention
   */
  readonly bytesPerAddress?: number | undefined;
}

/**
 * Learns addresses, and grants each of them bytes for being named. Returns how many bytes were granted
 * in all, which the caller subtracts from the sender's own grant.
 */
export function learnAddresses(
  state: State,
  addresses: readonly string[],
  { address: source, local, bytesPerAddress }: AddressSource,
  round: GossipRound,
  changes: Change[],
): number {
  const { settings } = state;
  let count = countInPeriod(state, source, round.now);
  let granted = 0;
  const namer = source === undefined ? undefined : state.peers.get(source);
  const namersPeriod = namer?.version === 1 ? periodOf(namer, settings.period) : undefined;
  for (const address of addresses) {
    const bytes = bytesPerAddress ?? address.length + 1;
    const known = find(state, address);
    if (known) {
      if (isHeard(known) || isTrusted(state, known)) continue;
      granted += bytes;
      greetAgain(state, grant(state, known, bytes, round.now), source, round, changes);
      continue;
    }
    if (isOwn(state, address)) continue;
    if (!local && isLoopback(hostOf(address))) continue;
    if (count >= settings.maxNewPerPeer) {
      changes.push({ type: 'full', bound: 'peer', by: source ?? address });
      break;
    }
    if (
      listedCount(state) >= settings.maxMembers ||
      !freeUnprovenPlace(state, round.now, changes)
    ) {
      changes.push({ type: 'full', bound: 'members', by: source ?? address });
      break;
    }
    count += 1;
    granted += bytes;
    learnAddress(
      state,
      newPeer(address, round.now, { local, namersPeriod }),
      bytes,
      round,
      changes,
    );
  }
  const speaker = source === undefined ? undefined : state.peers.get(source);
  if (speaker && speaker.newAddresses.count !== count) {
    store(state, { ...speaker, newAddresses: { ...speaker.newAddresses, count } });
  }
  return granted;
}

/** Adds an address that was not known, and greets it. */
function learnAddress(
  state: State,
  peer: Peer,
  bytes: number,
  round: GossipRound,
  changes: Change[],
): void {
  const { now } = round;
  if (state.settings.protocol === 1) {
    // The original tells it in the next round.
    add(state, peer, changes);
    return;
  }
  const due = now + pingPauses[0]!;
  const allowance = adjustAllowance(noAllowance, bytes, now);
  greet(state, add(state, { ...peer, due, allowance }, changes), round, changes);
}

/** How many new addresses the source has named within the current period. */
function countInPeriod(state: State, source: string | undefined, now: number): number {
  const speaker = source === undefined ? undefined : state.peers.get(source);
  if (!speaker) return 0;
  if (now - speaker.newAddresses.since < state.settings.period) return speaker.newAddresses.count;
  store(state, { ...speaker, newAddresses: { since: now, count: 0 } });
  return 0;
}

/**
 * Greets a peer that was named again: one that no mention has earned a hello yet, and a quiet one,
 * for a partition may have healed. Version 1 never stops naming a peer, so its lists say nothing about
 * a quiet one.
 */
function greetAgain(
  state: State,
  peer: Peer,
  source: string | undefined,
  round: GossipRound,
  changes: Change[],
): void {
  if (isQuiet(peer)) {
    if (source === undefined || find(state, source)?.version !== 2) return;
    const last = peer.gossipSends.at(-1) ?? -Infinity;
    if (round.now - last < 2 * state.settings.period) return;
  } else if (peer.gossipSends.length > 0 || peer.ping !== undefined || peer.guest) {
    return;
  }
  greet(state, peer, round, changes);
}
