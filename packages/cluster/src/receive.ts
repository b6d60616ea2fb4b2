import { hostOf, isLoopback, type DiscoverMessage } from '@peerlane/protocol';
import { amplification } from './allowance.ts';
import { recordOwnAddress } from './aliases.ts';
import { learnAddresses } from './learn.ts';
import { isSuspect, isHeard, isProvenVersion2, isQuiet, newPeer, type Peer } from './peer.ts';
import { becomeQuiet } from './become-quiet.ts';
import { forceUnprovenPlace, freeListedPlace } from './capacity.ts';
import { GossipRound } from './gossip-round.ts';
import { grant, isTrusted } from './send.ts';
import { find, listedCount, put, store, type Change, type State } from './state.ts';
import { answer, answerVersion1, greet, introduce } from './greetings.ts';
import { nextRhythm, quietAt } from './timing.ts';

/** A DISCOVER as it came. */
export interface ReceivedDiscover {
  /** The address that it came from. */
  readonly from: string;
  readonly message: DiscoverMessage;
  /** The length of the datagram, in bytes. */
  readonly size: number;
}

/** Takes in a DISCOVER: who sent it, and whom it names. */
export function receiveDiscover(
  state: State,
  { from, message, size }: ReceivedDiscover,
  now: number,
  changes: Change[],
): void {
  const { settings } = state;
  const { addresses, extension } = message;
  const round = new GossipRound(state, now);
  if (settings.protocol === 1) {
    learnAddresses(state, addresses, { local: true }, round, changes);
    return;
  }
  if (extension?.id === settings.id) {
    const own = state.peers.get(state.pings.get(extension.ping ?? '') ?? '');
    // What cannot be noted as our own is left alone: else it could be greeted anew again and again.
    if (own && !recordOwnAddress(state, own, changes) && !isQuiet(own)) {
      becomeQuiet(state, own, now, changes);
    }
    return;
  }
  if (state.self.has(from)) return;
  const known = find(state, from);
  if (extension?.leave) {
    if (known?.id === extension.id) suspect(state, known, now);
    return;
  }
  const sender = updateSender(
    state,
    known ?? newPeer(from, now, { due: now + 3 * settings.period }),
    message,
    now,
    changes,
  );
  if (!sender) return;
  const granted = learnAddresses(
    state,
    addresses,
    {
      address: sender.address,
      local: isLoopback(hostOf(from)),
      // Who is trusted needs no allowance: all of it is for those it tells about.
      bytesPerAddress: isTrusted(state, sender)
        ? Math.floor((amplification * size) / Math.max(1, addresses.length))
        : undefined,
    },
    round,
    changes,
  );
  const updated = state.peers.get(sender.address);
  if (!updated) return;
  const peer = grant(state, updated, amplification * size - granted, now);
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
  if (peer.version === 1) markHeard(state, peer, now, changes);
  else if (!isHeard(peer)) greet(state, peer, new GossipRound(state, now), changes);
}

/** Takes in what a sender says of itself. Returns nothing where there is no room for it. */
function updateSender(
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
    return markHeard(state, { ...plain, period: undefined }, now, changes);
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
    tcpPort: extension.tcp ?? peer.tcpPort,
    period: extension.period ?? peer.period,
  };
  if (!proven) return markAnnounced(state, noted, now, changes);
  const roundTrip = peer.pingedAt === undefined ? peer.roundTrip : now - peer.pingedAt;
  const returned = { ping: undefined, owesSince: undefined, proven: true, roundTrip };
  return markHeard(state, { ...noted, ...returned }, now, changes);
}

/**
 * Notes what a peer says of itself that has not proven to be there. It takes no place from those who
 * are there: where the list is full, it is remembered as one that is silent, until it returns our ping.
 */
function markAnnounced(state: State, peer: Peer, now: number, changes: Change[]): Peer | undefined {
  if (state.peers.has(peer.address)) return put(state, peer, changes);
  forceUnprovenPlace(state, now, changes);
  if (listedCount(state) < state.settings.maxMembers) return put(state, peer, changes);
  becomeQuiet(state, peer, now, changes);
  return state.peers.get(peer.address);
}

/** Notes that a peer is there, if there is room for it in the list. */
function markHeard(state: State, peer: Peer, now: number, changes: Change[]): Peer | undefined {
  const unlisted = !peer.configured && !isHeard(peer);
  if (unlisted && !freeListedPlace(state, peer, peer.proven, now, changes)) {
    const known = state.peers.get(peer.address);
    // It is there all the same: a quiet peer is remembered for longer.
    return known && isQuiet(known) && known.heardAt !== undefined
      ? put(state, { ...known, heardAt: now }, changes)
      : known;
  }
  // Who is there needs no protection from gossip: it may be looked for again when it falls silent.
  const heard: Peer = {
    ...peer,
    quietSince: undefined,
    heardAt: now,
    attempts: 0,
    gossipSends: [],
  };
  const silentAt = quietAt(heard, state.settings.period);
  // An earlier date stays: when it comes, a new one is set. So hearing a peer often costs little.
  const due = peer.configured && !isHeard(peer) ? silentAt : Math.min(peer.due, silentAt);
  const isNews = peer.proven && !state.proven.has(peer.address);
  const listed = put(state, { ...heard, due }, changes);
  if (isNews) changes.push({ type: 'proven', address: peer.address });
  return listed;
}

/** A peer said that it leaves; that is believed when it does not answer any more. */
function suspect(state: State, peer: Peer, now: number): void {
  if (!isProvenVersion2(peer)) return;
  const { period } = state.settings;
  if (isSuspect(peer) || now - (peer.suspectedAt ?? -Infinity) < period) return;
  store(state, { ...peer, suspectedAt: now, attempts: 0, due: now });
}
