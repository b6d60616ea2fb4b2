import { isLoopback } from './loopback.ts';
import { newPeer, type Peer } from './peer.ts';
import type { Round } from './round.ts';
import { find, listedCount, put, remove, type Change, type State } from './state.ts';
import { sayHello, tell, tellAnnounced } from './tell.ts';

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
  const { settings } = state;
  let told = tally(state, teller, round.now);
  for (const address of addresses) {
    if (state.self.has(address)) continue;
    const known = find(state, address);
    if (known) {
      if (teller !== undefined) remind(state, known, teller, round, changes);
      continue;
    }
    if (!local && isLoopback(address)) continue;
    if (told >= settings.maxTold) {
      changes.push({ type: 'full', bound: 'told', by: teller ?? address });
      break;
    }
    if (!makeRoom(state, address, false, changes)) break;
    told += 1;
    if (settings.protocol === 1) {
      tell(
        state,
        learn(state, newPeer(address, round.now), changes),
        round,
        { ping: false },
        changes,
      );
    } else {
      const hello = { ping: settings.newPing(), pingedAt: round.now, bought: [round.now] };
      const due = round.now + 3 * settings.period;
      sayHello(
        learn(state, newPeer(address, round.now, { ...hello, due }), changes),
        round,
        changes,
      );
    }
  }
  const speaker = teller === undefined ? undefined : state.peers.get(teller);
  if (speaker && speaker.told.count !== told) {
    put(state, { ...speaker, told: { ...speaker.told, count: told } });
  }
}

/** How many new addresses the teller has told within the period that runs. */
function tally(state: State, teller: string | undefined, now: number): number {
  const speaker = teller === undefined ? undefined : state.peers.get(teller);
  if (!speaker) return 0;
  if (now - speaker.told.since < state.settings.period) return speaker.told.count;
  put(state, { ...speaker, told: { since: now, count: 0 } });
  return 0;
}

/** A quiet peer that someone heard of lately is tried again: a partition may have healed. */
function remind(state: State, peer: Peer, teller: string, round: Round, changes: Change[]): void {
  if (peer.quietSince === undefined || find(state, teller)?.version !== 2) return;
  const last = peer.bought.at(-1) ?? -Infinity;
  if (round.now - last >= 2 * state.settings.period) tellAnnounced(state, peer, round, changes);
}

/**
 * Whether there is room for one more member. Who is `present` takes the place of the oldest that is
 * only said to be there.
 */
export function makeRoom(
  state: State,
  address: string,
  present: boolean,
  changes: Change[],
): boolean {
  if (listedCount(state) < state.settings.maxMembers) return true;
  const [oldest] = state.announced;
  if (!present || oldest === undefined) {
    changes.push({ type: 'full', bound: 'members', by: address });
    return false;
  }
  remove(state, state.peers.get(oldest)!);
  changes.push({ type: 'left', address: oldest });
  return true;
}

/** Takes up a peer that was not known. */
export function learn(state: State, peer: Peer, changes: Change[]): Peer {
  if (!peer.guest) changes.push({ type: 'joined', address: peer.address });
  return put(state, peer);
}
