import { hostOf, isLoopback } from '@peerlane/protocol';
import { isHeard, isQuiet, newPeer, type Peer } from './peer.ts';
import { mayBeRemembered } from './capacity.ts';
import type { Round } from './gossip-round.ts';
import { grant, isTrusted } from './send.ts';
import { add, find, listedCount, store, type Change, type State } from './state.ts';
import { greet, tell } from './greetings.ts';
import { pingPauses } from './timing.ts';

/** Who told a list of addresses. */
export interface Teller {
  /** Its address as a member; of no meaning to version 1. */
  readonly address?: string;
  /** Whether it is on this machine, so that it may tell loopback addresses. */
  readonly local: boolean;
  /**
   * How many bytes may go to each address that has not proven itself because it was told.
   * @default as many as its mention has
   */
  readonly worth?: number | undefined;
}

/**
 * Takes in the addresses that someone told. Returns how many bytes may go to these for it: more than
 * what came is never good for.
 */
export function learnAll(
  state: State,
  addresses: readonly string[],
  { address: teller, local, worth }: Teller,
  round: Round,
  changes: Change[],
): number {
  const { settings } = state;
  let told = tally(state, teller, round.now);
  let granted = 0;
  for (const address of addresses) {
    const mention = worth ?? address.length + 1;
    const known = find(state, address);
    if (known) {
      if (isHeard(known) || isTrusted(state, known)) continue;
      granted += mention;
      remind(state, grant(state, known, mention, round.now), teller, round, changes);
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
    granted += mention;
    learn(state, address, local, mention, round, changes);
  }
  const speaker = teller === undefined ? undefined : state.peers.get(teller);
  if (speaker && speaker.told.count !== told) {
    store(state, { ...speaker, told: { ...speaker.told, count: told } });
  }
  return granted;
}

/** Takes up an address that was not known, and greets it. */
function learn(
  state: State,
  address: string,
  local: boolean,
  mention: number,
  round: Round,
  changes: Change[],
): void {
  const { now } = round;
  if (state.settings.protocol === 1) {
    tell(state, add(state, newPeer(address, now), changes), round, changes);
    return;
  }
  const due = now + pingPauses[0]!;
  const peer = add(state, newPeer(address, now, { local, due }), changes);
  greet(state, grant(state, peer, mention, now), round, changes);
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
 * Greets a peer that was told again, where no mention was good for a greeting before, and a quiet one
 * that someone heard of lately: a partition may have healed. Version 1 never stops telling about
 * anyone, so what it tells says nothing.
 */
function remind(
  state: State,
  peer: Peer,
  teller: string | undefined,
  round: Round,
  changes: Change[],
): void {
  if (isQuiet(peer)) {
    if (teller === undefined || find(state, teller)?.version !== 2) return;
    const last = peer.bought.at(-1) ?? -Infinity;
    if (round.now - last < 2 * state.settings.period) return;
  } else if (peer.bought.length > 0 || peer.ping !== undefined || peer.guest) {
    return;
  }
  greet(state, peer, round, changes);
}
