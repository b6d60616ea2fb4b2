// Handles the datagrams that come in: notes what they say of their senders, and answers.
import { hostOf, isLoopback, type DiscoverMessage } from '@peerlane/protocol';
import { amplification } from './allowance.ts';
import { prolongJoining } from './convergence.ts';
import { learnAddresses } from './learn.ts';
import { namedBy } from './link-local.ts';
import { isOfClone, isOwn, receiveEcho, revealSpeaker } from './own-addresses.ts';
import { isSuspect, isHeard, isProvenVersion2, isQuiet, newPeer, type Peer } from './peer.ts';
import { becomeQuiet } from './become-quiet.ts';
import { forceUnprovenPlace, freeListedPlace } from './capacity.ts';
import { GossipRound } from './gossip-round.ts';
import { grant, isTrusted } from './send.ts';
import { find, listedCount, put, store, type Change, type State } from './state.ts';
import { answer, answerVersion1, greet, introduce } from './greetings.ts';
import { introductionPause, nextRhythm, pingPauses, quietAt } from './timing.ts';

/** A DISCOVER that has come in. */
export interface ReceivedDiscover {
  /** The address that it came from. */
  readonly from: string;
  readonly message: DiscoverMessage;
  /** The length of the datagram on the wire, in bytes. */
  readonly size: number;
}

/** Handles a DISCOVER: notes its sender, learns the addresses that it names, and answers. */
export function receiveDiscover(
  state: State,
  { from, message, size }: ReceivedDiscover,
  now: number,
  changes: Change[],
): void {
  const { settings } = state;
  const { extension } = message;
  const addresses = namedBy(from, message.addresses);
  const round = new GossipRound(state, now);
  if (settings.protocol === 1) {
    learnAddresses(state, addresses, { local: true }, round, changes);
    return;
  }
  if (extension?.id === settings.id && !isOfClone(state, from, extension)) {
    const own = receiveEcho(state, extension.ping, changes);
    // An address that cannot be recorded as our own becomes quiet, or it would be greeted for ever.
    if (own && !isQuiet(own)) becomeQuiet(state, own, now, changes);
    return;
  }
  if (state.self.has(from)) return;
  const listed = find(state, from);
  if (extension?.leave) {
    if (listed?.id === extension.id) suspect(state, listed, now);
    return;
  }
  const known = listed ?? revealSpeaker(state, from, extension);
  if (!known && isOwn(state, from)) return;
  const sender = updateSender(
    state,
    // Its answer to our ping may be lost: then it is pinged once more.
    known ?? newPeer(from, now, { due: now + (extension ? pingPauses[0]! : 3 * settings.period) }),
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
      // A trusted sender needs no allowance, so all of it goes to the addresses that it names. In a sealed
      // cluster only a member can name any: the seal of one hello comes on top, or none could be sent.
      bytesPerAddress: isTrusted(state, sender)
        ? Math.floor((amplification * size) / Math.max(1, addresses.length)) + settings.overhead
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
    if (!before && !introducedLately(peer, settings.period, now))
      answerVersion1(state, peer, round, size, changes);
    return;
  }
  const proven = isProvenVersion2(peer) && peer.id === extension.id;
  const news = !before?.proven || before.id !== extension.id;
  if (proven && news && !introducedLately(peer, settings.period, now)) {
    introduce(state, peer, round, extension.ping, changes);
    introduceAgainLater(state, peer.address, now);
  } else if (!proven || extension.ping !== undefined) {
    // To a node that is new to it, only a node that is configured with it names any other address.
    const relies = !proven && news && addresses.some((address) => address !== from);
    const noted = relies ? store(state, { ...peer, introduceAgainAt: Infinity }) : peer;
    // A pong that proves a peer is not answered.
    answer(state, noted, round, { pong: extension.ping, ping: !proven, received: size }, changes);
  }
}

function introducedLately({ introducedAt }: Peer, period: number, now: number): boolean {
  return introducedAt !== undefined && now - introducedAt < period;
}

/** Makes a newcomer that relies on this node due to be sent members once more. */
function introduceAgainLater(state: State, address: string, now: number): void {
  const peer = state.peers.get(address)!;
  if (peer.introduceAgainAt === undefined) return;
  const introduceAgainAt = now + introductionPause;
  store(state, { ...peer, introduceAgainAt, due: Math.min(peer.due, introduceAgainAt) });
}

/** Handles a Get or a File, of which only the sender's address matters. */
export function receiveOther(state: State, from: string, now: number, changes: Change[]): void {
  const peer = find(state, from);
  if (!peer || state.settings.protocol === 1) return;
  if (peer.version === 1) markHeard(state, peer, now, changes);
  else if (!isHeard(peer)) greet(state, peer, new GossipRound(state, now), changes);
}

/** Records what a sender says of itself. Returns nothing if there is no place for it. */
function updateSender(
  state: State,
  peer: Peer,
  { extension }: DiscoverMessage,
  now: number,
  changes: Change[],
): Peer | undefined {
  if (!extension) {
    const rhythm = nextRhythm(peer.rhythm, now);
    // A return to version 1 is believed only of a peer that was never proven, or is silent.
    if (isProvenVersion2(peer)) return store(state, { ...peer, rhythm });
    // What was said of it in version 2 may have been forged, and connections would go to its TCP port.
    const unsaid = { id: undefined, name: undefined, tcpPort: undefined, period: undefined };
    const plain: Peer = { ...peer, ...unsaid, version: 1, proven: false, rhythm, guest: false };
    return markHeard(state, plain, now, changes);
  }
  const proven = extension.pong !== undefined && extension.pong === peer.ping;
  // Without proof, nothing that is said in the name of a known peer changes anything.
  if (isHeard(peer) && !proven) return peer;
  const noted: Peer = {
    ...peer,
    version: 2,
    id: extension.id,
    guest: extension.guest === true,
    // The answer to a ping leaves out what has been said before.
    name: extension.name ?? peer.name,
    tcpPort: extension.tcp ?? peer.tcpPort,
    period: extension.period ?? peer.period,
  };
  if (!proven) return markAnnounced(state, noted, now, changes);
  const roundTrip = peer.pingedAt === undefined ? peer.roundTrip : now - peer.pingedAt;
  const returned = { ping: undefined, owesSince: undefined, proven: true, roundTrip };
  // A node that has restarted knows nothing of what its predecessor was sent.
  const isSame = isHeard(peer) && peer.id === extension.id;
  const introducedAt = isSame ? peer.introducedAt : undefined;
  return markHeard(state, { ...noted, ...returned, introducedAt }, now, changes);
}

/**
 * Records what a peer says of itself that has not proven that it is there. No peer that is there makes
 * way for it: if the list is full, it is remembered as a silent one until it returns our ping.
 */
function markAnnounced(state: State, peer: Peer, now: number, changes: Change[]): Peer | undefined {
  if (state.peers.has(peer.address)) return put(state, peer, changes);
  forceUnprovenPlace(state, now, changes);
  if (listedCount(state) < state.settings.maxMembers) return put(state, peer, changes);
  becomeQuiet(state, peer, now, changes);
  return state.peers.get(peer.address);
}

/** Records that a peer is there, if there is a place for it on the list. */
function markHeard(state: State, peer: Peer, now: number, changes: Change[]): Peer | undefined {
  const unlisted = !peer.configured && !isHeard(peer);
  if (unlisted && !freeListedPlace(state, peer, peer.proven, now, changes)) {
    const known = state.peers.get(peer.address);
    // It is there all the same, so a quiet peer is remembered for longer.
    return known && isQuiet(known) && known.heardAt !== undefined
      ? put(state, { ...known, heardAt: now }, changes)
      : known;
  }
  // Peers that are there need no protection from gossip, which may find them when they fall silent.
  const heard: Peer = {
    ...peer,
    quietSince: undefined,
    heardAt: now,
    attempts: 0,
    gossipSends: [],
  };
  const silentAt = quietAt(heard, state.settings.period);
  // An earlier due time stays, and sets the next one when it comes. This makes hearing a peer cheap.
  const isNewlyHeard = !isHeard(peer) && (peer.configured || peer.proven);
  const due = isNewlyHeard ? silentAt : Math.min(peer.due, silentAt);
  const isNews = peer.proven && !state.proven.has(peer.address);
  const listed = put(state, { ...heard, due }, changes);
  if (isNews) {
    prolongJoining(state, now);
    changes.push({ type: 'proven', address: peer.address });
  }
  return listed;
}

/** A peer is said to leave, which is believed when it does not answer any more. */
function suspect(state: State, peer: Peer, now: number): void {
  if (!isProvenVersion2(peer)) return;
  const { period } = state.settings;
  if (isSuspect(peer) || now - (peer.suspectedAt ?? -Infinity) < period) return;
  store(state, { ...peer, suspectedAt: now, attempts: 0, due: now });
}
