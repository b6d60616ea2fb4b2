import type { DiscoverExtension, DiscoverMessage } from '@peerlane/protocol';
import type { Peer } from './peer.ts';
import type { Round } from './round.ts';
import { put, type Change, type State } from './state.ts';
import { gossipBudget, mayBuy } from './timing.ts';

/** The most bytes of a datagram that goes to someone who may not be there. */
const unprovenBytes = 512;

/** How a peer is told about the cluster. */
export interface Telling {
  /** Whether the peer is asked to prove that it is there. */
  readonly ping: boolean;
  /** Whether this is a goodbye. */
  readonly leave?: true;
}

/** Tells a peer that is configured or was heard about the cluster. */
export function tell(
  state: State,
  peer: Peer,
  round: Round,
  telling: Telling,
  changes: Change[],
): Peer {
  const list = round.listFor(peer.address);
  if (state.settings.protocol === 1) {
    changes.push({ type: 'send', to: peer.address, messages: round.split(list, undefined) });
    return peer;
  }
  const told = telling.ping ? withPing(state, peer, round.now) : peer;
  const extension: DiscoverExtension = {
    ...round.extension,
    ...(telling.ping && { ping: told.ping! }),
    ...(telling.leave && { leave: true }),
  };
  const [first, ...rest] = round.split(list, round.extension);
  const own = round.ownAddress(peer);
  // What is meant for this peer alone goes into the first part; the others are the same for all.
  const addresses = own === undefined ? first!.addresses : [...first!.addresses, own];
  changes.push({
    type: 'send',
    to: peer.address,
    messages: [{ type: 'discover', addresses, extension }, ...rest],
  });
  return told;
}

/**
 * Tells a peer that was only announced, as long as gossip has not made us send to it too often: who
 * forges a name must not buy its owner a flood.
 */
export function tellAnnounced(state: State, peer: Peer, round: Round, changes: Change[]): Peer {
  if (!mayBuy(peer.bought, round.now)) return peer;
  const bought = [...peer.bought, round.now].slice(-gossipBudget);
  const told = withPing(state, put(state, { ...peer, bought }), round.now);
  sayHello(told, round, changes);
  return told;
}

/** Sends the peer's ping to it, in one small datagram. */
export function sayHello(peer: Peer, round: Round, changes: Change[]): void {
  const extension = { ...round.extension, ping: peer.ping! };
  const message = firstPart(round, peer, unprovenBytes, extension, round.ownAddress(peer));
  changes.push({ type: 'send', to: peer.address, messages: [message] });
}

/** What a peer is answered at once. */
export interface Answer {
  /** The ping that came, to go back. */
  readonly pong: string | undefined;
  /** Whether the peer is asked to prove that it is there. */
  readonly ping: boolean;
  /** Whether it is told about the cluster. */
  readonly list: boolean;
}

/**
 * Answers a peer at once, with at most three times the bytes that came: whoever forges a sender's
 * address must not gain by it.
 */
export function answer(
  state: State,
  peer: Peer,
  round: Round,
  received: number,
  { pong, ping, list }: Answer,
  changes: Change[],
): void {
  const pinged = ping ? withPing(state, peer, round.now) : peer;
  const answered = list ? put(state, { ...pinged, greetedAt: round.now }) : pinged;
  const room = 3 * received;
  const { id, ...about } = round.extension;
  // Who only wants to know whether we are there is spared the rest.
  const extension: DiscoverExtension | undefined =
    pong === undefined && !ping
      ? undefined
      : {
          ...(list && round.overhead <= room && about),
          v: 2,
          id,
          ...(ping && { ping: pinged.ping! }),
          ...(pong !== undefined && { pong }),
        };
  const message: DiscoverMessage = list
    ? firstPart(round, peer, room, extension)
    : { type: 'discover', addresses: [], ...(extension && { extension }) };
  changes.push({ type: 'send', to: answered.address, messages: [message] });
}

/** The peer with a ping to send; one that has not come back is sent again. */
function withPing(state: State, peer: Peer, now: number): Peer {
  if (peer.ping !== undefined) return peer;
  return put(state, { ...peer, ping: state.settings.newPing(), pingedAt: now });
}

/** One message of at most `maxBytes` bytes, with as many members as fit. */
function firstPart(
  round: Round,
  { address: peer }: Peer,
  maxBytes: number,
  extension: DiscoverExtension | undefined,
  own?: string,
): DiscoverMessage {
  const room = maxBytes - (extension ? round.overhead : 'DISCOVER,\n'.length);
  return {
    type: 'discover',
    addresses:
      own === undefined
        ? round.fitting(peer, room)
        : [own, ...round.fitting(peer, room - own.length - 1)],
    ...(extension && { extension }),
  };
}
