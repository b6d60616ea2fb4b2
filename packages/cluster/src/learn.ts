import { hostOf, isLoopback } from '@peerlane/protocol';
import { isQuiet, newPeer, type Peer } from './peer.ts';
import { mayBeRemembered } from './room.ts';
import type { Round } from './round.ts';
import { add, find, listedCount, store, type Change, type State } from './state.ts';
import { sayHello, tell, tellAnnounced } from './tell.ts';
import { pingPauses } from './timing.ts';

/** Who told a list of addresses. */
export interface Teller {
  /** Its address as a member; of no meaning to version 1. */
  readonly address?: string;
  /** Whether it is on this machine, so that it may tell loopback addresses. */
  readonly local: boolean;
}

/** Takes in the addresses that someone told. */
export function learnAll(
  state: State,
  addresses: readonly string[],
  { address: teller, local }: Teller,
  round: Round,
  changes: Change[],
): void {
  const { settings, standing } = state;
  let told = tally(state, teller, round.now);
  // Nearly all that is told is known, and mostly nobody is silent: then one look is enough.
  const reminding = teller !== undefined && standing.quiet.size + standing.unanswered.size > 0;
  for (const address of addresses) {
    const known = find(state, address);
    if (known) {
      if (reminding) remind(state, known, teller, round, changes);
      continue;
    }
    if (state.self.has(address)) continue;
    if (!local && isLoopback(hostOf(address))) continue;
    if (told >= settings.maxTold) {
      changes.push({ type: 'full', bound: 'told', by: teller ?? address });
      break;
    }
    if (listedCount(state) >= settings.maxMembers || !mayBeRemembered(state, round.now, changes)) {
      changes.push({ type: 'full', bound: 'members', by: teller ?? address });
      break;
    }
    told += 1;
    learn(state, address, local, round, changes);
  }
  const speaker = teller === undefined ? undefined : state.peers.get(teller);
  if (speaker && speaker.told.count !== told) {
    store(state, { ...speaker, told: { ...speaker.told, count: told } });
  }
}

/** Takes up an address that was not known, and greets it. */
function learn(
  state: State,
  address: string,
  local: boolean,
  round: Round,
  changes: Change[],
): void {
  const { protocol, newPing } = state.settings;
  if (protocol === 1) {
    tell(state, add(state, newPeer(address, round.now), changes), round, changes);
    return;
  }
  const peer = newPeer(address, round.now, {
    local,
    due: round.now + pingPauses[0]!,
    ping: newPing(),
    pingedAt: round.now,
    bought: round.justBought,
  });
  sayHello(state, add(state, peer, changes), round, changes);
}

/** How many new addresses the teller has told within the period that runs. */
function tally(state: State, teller: string | undefined, now: number): number {
  const speaker = teller === undefined ? undefined : state.peers.get(teller);
  if (!speaker) return 0;
  if (now - speaker.told.since < state.settings.period) return speaker.told.count;
  store(state, { ...speaker, told: { since: now, count: 0 } });
  return 0;
}

/**
 * A quiet peer that someone heard of lately is tried again: a partition may have healed. Version 1
 * never stops telling about anyone, so what it tells says nothing.
 */
function remind(state: State, peer: Peer, teller: string, round: Round, changes: Change[]): void {
  if (!isQuiet(peer) || find(state, teller)?.version !== 2) return;
  const last = peer.bought.at(-1) ?? -Infinity;
  if (round.now - last >= 2 * state.settings.period) tellAnnounced(state, peer, round, changes);
}
