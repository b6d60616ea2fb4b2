import { hostOf, isLoopback, type DiscoverMessage } from '@peerlane/protocol';
import { amplification } from './allowance.ts';
import { knowAsOwn } from './aliases.ts';
import { learnAll } from './learn.ts';
import { isDoubted, isHeard, isProvenVersion2, isQuiet, newPeer, type Peer } from './peer.ts';
import { becomeQuiet } from './become-quiet.ts';
import { makeMemory, makeRoom } from './capacity.ts';
import { Round } from './gossip-round.ts';
import { grant, isTrusted } from './send.ts';
import { find, listedCount, put, store, type Change, type State } from './state.ts';
import { answer, answerVersion1, greet, introduce } from './greetings.ts';
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
  { from, message, size }: Received,
  now: number,
  changes: Change[],
): void {
  const { settings } = state;
  const { addresses, extension } = message;
  const round = new Round(state, now);
  if (settings.protocol === 1) {
    learnAll(state, addresses, { local: true }, round, changes);
    return;
  }
  if (extension?.id === settings.id) {
    const own = state.peers.get(state.pings.get(extension.ping ?? '') ?? '');
    // What cannot be noted as our own is left alone: else it could be greeted anew again and again.
    if (own && !knowAsOwn(state, own, changes) && !isQuiet(own)) {
      becomeQuiet(state, own, now, changes);
    }
    return;
  }
  if (state.self.has(from)) return;
  const known = find(state, from);
  if (extension?.leave) {
    if (known?.id === extension.id) doubt(state, known, now);
    return;
  }
  const sender = noteSender(
    state,
    known ?? newPeer(from, now, { due: now + 3 * settings.period }),
    message,
    now,
    changes,
  );
  if (!sender) return;
  const granted = learnAll(
    state,
    addresses,
    {
      address: sender.address,
      local: isLoopback(hostOf(from)),
      // Who is trusted needs no allowance: all of it is for those it tells about.
      worth: isTrusted(state, sender)
        ? Math.floor((amplification * size) / Math.max(1, addresses.length))
        : undefined,
    },
    round,
    changes,
  );
  const told = state.peers.get(sender.address);
  if (!told) return;
  const peer = grant(state, told, amplification * size - granted, now);
  const before = known && isHeard(known) ? known : undefined;
  if (!extension) {
    if (!before && !greetedLately(peer, settings.period, now))
      answerVersion1(state, peer, round, size, changes);
    return;
  }
  const proven = isProvenVersion2(peer) && peer.id === extension.id;
  const news = !before?.proven || before.id !== extension.id;
  if (proven && news && !greetedLately(peer, settings.period, now)) {
    introduce(state, peer, round, extension.ping, changes);
  } else if (!proven || extension.ping !== undefined) {
    // A pong that proves a peer is no reason for another datagram.
    answer(state, peer, round, { pong: extension.ping, ping: !proven, received: size }, changes);
  }
}

function greetedLately({ greetedAt }: Peer, period: number, now: number): boolean {
  return greetedAt !== undefined && now - greetedAt < period;
}

/** Takes in that a Get or a File came from an address. */
export function receiveOther(state: State, from: string, now: number, changes: Change[]): void {
  const peer = find(state, from);
  if (!peer || state.settings.protocol === 1) return;
  if (peer.version === 1) hear(state, peer, now, changes);
  else if (!isHeard(peer)) greet(state, peer, new Round(state, now), changes);
}

/** Takes in what a sender says of itself. Returns nothing where there is no room for it. */
function noteSender(
  state: State,
  peer: Peer,
  { extension }: DiscoverMessage,
  now: number,
  changes: Change[],
): Peer | undefined {
  if (!extension) {
    const rhythm = nextRhythm(peer.rhythm, now);
    // Only of a peer that was never proven, or is silent, is it believed that it went back to version 1.
    if (isProvenVersion2(peer)) return store(state, { ...peer, rhythm });
    const plain: Peer = { ...peer, version: 1, proven: false, rhythm, guest: false, id: undefined };
    return hear(state, { ...plain, period: undefined }, now, changes);
  }
  const proven = extension.pong !== undefined && extension.pong === peer.ping;
  // What is said in the name of a peer that is known changes nothing without proof.
  if (isHeard(peer) && !proven) return peer;
  const noted: Peer = {
    ...peer,
    version: 2,
    id: extension.id,
    guest: extension.guest === true,
    // An answer to a ping alone says no more than that.
    name: extension.name ?? peer.name,
    tcp: extension.tcp ?? peer.tcp,
    period: extension.period ?? peer.period,
  };
  if (!proven) return announce(state, noted, now, changes);
  const roundTrip = peer.pingedAt === undefined ? peer.roundTrip : now - peer.pingedAt;
  const returned = { ping: undefined, owesSince: undefined, proven: true, roundTrip };
  return hear(state, { ...noted, ...returned }, now, changes);
}

/**
 * Notes what a peer says of itself that has not proven to be there. It takes no place from those who
 * are there: where the list is full, it is remembered as one that is silent, until it returns our ping.
 */
function announce(state: State, peer: Peer, now: number, changes: Change[]): Peer | undefined {
  if (state.peers.has(peer.address)) return put(state, peer, changes);
  makeMemory(state, now, changes);
  if (listedCount(state) < state.settings.maxMembers) return put(state, peer, changes);
  becomeQuiet(state, peer, now, changes);
  return state.peers.get(peer.address);
}

/** Notes that a peer is there, if there is room for it in the list. */
function hear(state: State, peer: Peer, now: number, changes: Change[]): Peer | undefined {
  const unlisted = !peer.configured && !isHeard(peer);
  if (unlisted && !makeRoom(state, peer, peer.proven, now, changes)) {
    const known = state.peers.get(peer.address);
    // It is there all the same: a quiet peer is remembered for longer.
    return known && isQuiet(known) && known.heardAt !== undefined
      ? put(state, { ...known, heardAt: now }, changes)
      : known;
  }
  // Who is there needs no protection from gossip: it may be looked for again when it falls silent.
  const heard: Peer = { ...peer, quietSince: undefined, heardAt: now, attempts: 0, bought: [] };
  const silentAt = quietAt(heard, state.settings.period);
  // An earlier date stays: when it comes, a new one is set. So hearing a peer often costs little.
  const due = peer.configured && !isHeard(peer) ? silentAt : Math.min(peer.due, silentAt);
  const isNews = peer.proven && !state.proven.has(peer.address);
  const listed = put(state, { ...heard, due }, changes);
  if (isNews) changes.push({ type: 'proven', address: peer.address });
  return listed;
}

/** A peer said that it leaves; that is believed when it does not answer any more. */
function doubt(state: State, peer: Peer, now: number): void {
  if (!isProvenVersion2(peer)) return;
  const { period } = state.settings;
  if (isDoubted(peer) || now - (peer.doubtedAt ?? -Infinity) < period) return;
  store(state, { ...peer, doubtedAt: now, attempts: 0, due: now });
}
