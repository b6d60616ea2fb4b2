// Answers a peer of version 2 at once: returns its ping, and says what it needs to know.
import { maxListBytes, type DiscoverExtension, type DiscoverMessage } from '@peerlane/protocol';
import { amplification } from './allowance.ts';
import type { GossipRound } from './gossip-round.ts';
import { discover, withPing } from './greetings.ts';
import type { Peer } from './peer.ts';
import { allowed, isTrusted, lengthOf, send } from './send.ts';
import { store, type Change, type State } from './state.ts';
import { isDescriptionDue } from './timing.ts';

/** The contents of an answer to a peer of version 2. */
export interface Answer {
  /** The ping that came, which is returned. */
  readonly pong: string | undefined;
  /** Whether the peer is asked to prove that it is there. */
  readonly ping: boolean;
  /** The length of the datagram that came, on the wire, in bytes. */
  readonly received: number;
}

/**
 * Answers a peer at once, with at most three times the bytes that came: forging a sender's address must
 * not multiply traffic.
 */
export function answer(
  state: State,
  peer: Peer,
  round: GossipRound,
  { pong, ping, received }: Answer,
  changes: Change[],
): void {
  const maxBytes = isTrusted(state, peer)
    ? amplification * received
    : allowed(state, peer, round.now);
  // If a peer is pinged again, our ping or its pong was lost: two copies are safer.
  const again = ping && peer.ping !== undefined;
  const pinged = ping ? withPing(state, peer, round.now) : peer;
  const proof = {
    ...(ping && { ping: pinged.ping! }),
    ...(pong !== undefined && { pong }),
  };
  const message =
    (ping && !again ? newcomerMessage(state, pinged, round, proof, maxBytes) : undefined) ??
    shortAnswer(state, peer, round, proof, again ? maxBytes / 2 : maxBytes);
  const copies =
    again && 2 * lengthOf(state, [message]) <= maxBytes ? [message, message] : [message];
  const describes = pong !== undefined && message.extension?.period !== undefined;
  const told = describes ? store(state, { ...pinged, describedAt: round.now }) : pinged;
  send(state, told, copies, round.now, changes);
}

/**
 * The answer to a peer that needs no list: no more than its pong, but for a peer that has not proven itself,
 * and at times for the others, with all that we say of ourselves.
 */
function shortAnswer(
  state: State,
  peer: Peer,
  { now }: GossipRound,
  proof: Partial<DiscoverExtension>,
  maxBytes: number,
): DiscoverMessage {
  const brief = discover([], { ...state.briefDescription, ...proof });
  const isDue = proof.ping !== undefined || isDescriptionDue(peer, now, state.settings.period);
  if (proof.pong === undefined || !isDue) return brief;
  const whole = discover([], { ...state.selfDescription, ...proof });
  return lengthOf(state, [whole]) <= maxBytes ? whole : brief;
}

/** All that we say of ourselves, and as much of the list as fits; `undefined` if nothing does. */
function newcomerMessage(
  state: State,
  peer: Peer,
  round: GossipRound,
  proof: Partial<DiscoverExtension>,
  maxBytes: number,
): DiscoverMessage | undefined {
  const extension = { ...state.selfDescription, ...proof };
  // For a newcomer that relies on this node enough is left to ping it once more.
  const relies = peer.introduceAgainAt !== undefined && !isTrusted(state, peer);
  const reserve = relies ? state.lengths.ping : 0;
  const empty = lengthOf(state, [discover([], extension)]);
  const left = Math.min(maxBytes - reserve, maxListBytes) - empty;
  return left < 0 ? undefined : discover(round.fitting(peer, left), extension);
}
