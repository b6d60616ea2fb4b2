// Handles an announcement to the local network, which every node of it hears: few greet its sender.
import { countListeners } from './contacts.ts';
import { find, store, type Change, type State } from './state.ts';
import { GossipRound } from './gossip-round.ts';
import { greet, ping } from './greetings.ts';
import { learnAddresses } from './learn.ts';
import { isHeard, isQuiet, type Peer } from './peer.ts';
import { grant, isTrusted } from './send.ts';

/** How many nodes that hear an announcement greet its sender, on average, where all know each other. */
const meanGreeters = 2;

/** An address that was announced to all of the local network. */
export interface AddressAnnouncement {
  readonly address: string;
  /** Whether the announcement came from this machine. */
  readonly local: boolean;
  /** The `id` of the node that announced itself. */
  readonly id: string;
  /** The length of the datagram that announced it, on the wire, in bytes. */
  readonly size: number;
}

/** Learns an address that was announced to the local network, or greets its node if that has restarted. */
export function receiveAnnouncement(
  state: State,
  { address, local, id, size }: AddressAnnouncement,
  now: number,
  changes: Change[],
): void {
  const random = Number.parseInt(state.settings.newPing().slice(0, 8), 16) / 2 ** 32;
  if (random * (countListeners(state, now) + 1) >= meanGreeters) return;
  const round = new GossipRound(state, now);
  const known = find(state, address);
  if (known && state.settings.protocol === 2 && isTrusted(state, known)) {
    // Anyone can announce in its name, so it is sent no more than what was announced.
    if (knowsNobody(known, id) && size >= state.lengths.ping) ping(state, known, [], now, changes);
  } else if (known && isQuiet(known)) {
    greet(state, grant(state, known, size, now), round, changes);
  } else {
    learnAddresses(state, [address], { local, bytesPerAddress: size }, round, changes);
  }
  // Hardly any other node greets it, so it relies on this one.
  const greeted = find(state, address);
  if (greeted && knowsNobody(greeted, id)) store(state, { ...greeted, introduceAgainAt: Infinity });
}

/** Whether the node that announced itself cannot know this one: it has restarted, or was away. */
function knowsNobody(peer: Peer, id: string): boolean {
  return !isHeard(peer) || peer.id !== id;
}
