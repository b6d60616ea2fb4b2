import type { DiscoverMessage } from '@peerlane/protocol';
import { knowAsOwn } from './aliases.ts';
import { learn, learnAll, makeRoom } from './learn.ts';
import { isLoopback } from './loopback.ts';
import { isHeard, newPeer, type Peer } from './peer.ts';
import { Round } from './round.ts';
import { find, put, type Change, type State } from './state.ts';
import { answer, tellAnnounced } from './tell.ts';
import { nextRhythm, quietAt } from './timing.ts';

/** A DISCOVER as it came. */
export interface Received {
  /** The address that it came from. */
  readonly from: string;
  readonly message: DiscoverMessage;
  /** The length of the datagram, in bytes. */
  readonly size: number;
}

/** Takes in a DISCOVER: who sent it, and whom it names. */
export function receiveDiscover(
  state: State,
  received: Received,
  now: number,
  changes: Change[],
): void {
  const { from, message } = received;
  const { settings } = state;
  const round = new Round(state, now);
  if (settings.protocol === 1) {
    learnAll(state, message.addresses, { local: true }, round, changes);
    return;
  }
  const { extension } = message;
  if (extension?.id === settings.id) {
    const own = extension.ping === undefined ? undefined : state.pings.get(extension.ping);
    if (own !== undefined) knowAsOwn(state, own, changes);
    return;
  }
  if (state.self.has(from)) return;
  const known = find(state, from);
  if (!known && !makeRoom(state, from, true, changes)) return;
  const guest = extension?.guest === true;
  const before =
    known ?? learn(state, newPeer(from, now, { guest, due: now + 3 * settings.period }), changes);
  const newcomer =
    !known || !isHeard(known) || (extension !== undefined && known.id !== extension.id);
  const sender = noteSender(state, before, message, now, changes);
  learnAll(
    state,
    message.addresses,
    { address: sender.address, local: isLoopback(from) },
    round,
    changes,
  );
  if (extension?.leave) {
    doubt(state, sender.address, now);
    return;
  }
  const list = newcomer && !greetedLately(sender, settings.period, now);
  const pong = extension?.ping;
  if (pong === undefined && (extension || !list)) return;
  const peer = state.peers.get(sender.address);
  const ping = extension !== undefined && (!isHeard(sender) || sender.id !== extension.id);
  if (peer) answer(state, peer, round, received.size, { pong, ping, list }, changes);
}

function greetedLately({ greetedAt }: Peer, period: number, now: number): boolean {
  return greetedAt !== undefined && now - greetedAt < period;
}

/** Takes in that a Get or a File came from an address. */
export function receiveOther(state: State, from: string, now: number, changes: Change[]): void {
  const peer = find(state, from);
  if (!peer || state.settings.protocol === 1) return;
  if (peer.version === 1) hear(state, peer, now, changes);
  else if (!isHeard(peer)) tellAnnounced(state, peer, new Round(state, now), changes);
}

function noteSender(
  state: State,
  peer: Peer,
  message: DiscoverMessage,
  now: number,
  changes: Change[],
): Peer {
  const { extension } = message;
  if (!extension) {
    const rhythm = nextRhythm(peer.rhythm, now);
    // Only of a peer that was never proven, or is silent, is it believed that it went back to version 1.
    if (peer.version === 2 && isHeard(peer)) return put(state, { ...peer, rhythm });
    return hear(
      state,
      put(state, { ...peer, version: 1, rhythm, id: undefined, period: undefined }),
      now,
      changes,
    );
  }
  const proven = extension.pong !== undefined && extension.pong === peer.ping;
  // What is said in the name of a peer that is known changes nothing without proof.
  if (isHeard(peer) && !proven) return peer;
  const noted = put(state, {
    ...peer,
    version: 2,
    id: extension.id,
    // An answer to a ping alone says no more than that.
    name: extension.name ?? peer.name,
    tcp: extension.tcp ?? peer.tcp,
    period: extension.period ?? peer.period,
    guest: peer.guest || extension.guest === true,
  });
  if (!proven) return noted;
  const roundTrip = now - (peer.pingedAt ?? now);
  return hear(state, put(state, { ...noted, ping: undefined, roundTrip }), now, changes);
}

/** Notes that a peer is there. */
function hear(state: State, peer: Peer, now: number, changes: Change[]): Peer {
  const { quietSince, ...rest } = peer;
  if (quietSince !== undefined) changes.push({ type: 'joined', address: peer.address });
  const heard: Peer = { ...rest, heardAt: now, attempts: 0 };
  if (peer.configured) return put(state, { ...heard, due: Infinity });
  // An earlier date stays: when it comes, a new one is set. So the agenda does not grow by what is heard.
  return put(state, { ...heard, due: Math.min(peer.due, quietAt(heard, state.settings.period)) });
}

/** A peer said that it leaves; that is believed when it does not answer any more. */
function doubt(state: State, address: string, now: number): void {
  const peer = state.peers.get(address);
  if (!peer || peer.configured || !isHeard(peer)) return;
  if (peer.doubtedAt !== undefined && now - peer.doubtedAt < state.settings.period) return;
  put(state, { ...peer, doubtedAt: now, attempts: 0, due: now });
}
