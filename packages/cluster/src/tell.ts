import type { DiscoverExtension, DiscoverMessage } from '@peerlane/protocol';
import type { Peer } from './peer.ts';
import type { Round } from './round.ts';
import { store, type Change, type State } from './state.ts';
import { buy, mayBuy } from './timing.ts';

/** The most bytes of a datagram that goes to someone who may not be there. */
const unprovenBytes = 512;

/** Tells a peer that is configured or was heard about the cluster, and pings it. */
export function tell(state: State, peer: Peer, round: Round, changes: Change[]): void {
  const list = round.listFor(peer.address);
  if (state.settings.protocol === 1) {
    changes.push({ type: 'send', to: peer.address, messages: round.split(list, undefined) });
    return;
  }
  const { ping } = withPing(state, peer, round.now);
  const [first, ...rest] = round.split(list, state.about);
  const own = round.ownAddress(peer);
  // What is meant for this peer alone goes into the first part; the others are the same for all.
  const addresses = own === undefined ? first!.addresses : [...first!.addresses, own];
  const message = discover(addresses, { ...state.pinging, ping: ping! });
  changes.push({ type: 'send', to: peer.address, messages: [message, ...rest] });
}

/**
 * Greets a peer that was only announced, as long as gossip has not made us send to it too often: who
 * forges a name must not buy its owner a flood.
 */
export function tellAnnounced(state: State, peer: Peer, round: Round, changes: Change[]): void {
  if (!mayBuy(peer.bought, round.now)) return;
  const bought = buy(peer.bought, round.now);
  hello(state, store(state, { ...peer, bought }), round, changes);
}

/** Pings a peer that may not be there, in one small datagram. */
export function hello(state: State, peer: Peer, round: Round, changes: Change[]): void {
  sayHello(state, withPing(state, peer, round.now), round, changes);
}

/** Sends the ping that a peer holds to it. */
export function sayHello(state: State, peer: Peer, round: Round, changes: Change[]): void {
  const room = unprovenBytes - state.overhead;
  const own = round.ownAddress(peer);
  const addresses =
    own === undefined || own.length >= room
      ? round.fitting(peer.address, room)
      : [own, ...round.fitting(peer.address, room - own.length - 1)];
  changes.push(new Hello(peer, addresses, state.pinging));
}

/** Asks a peer whether it is there, in as few bytes as that takes. */
export function askIfThere(state: State, peer: Peer, now: number, changes: Change[]): void {
  const { ping } = withPing(state, peer, now);
  const { id, guest } = state.about;
  const extension = { v: 2, id, ...(guest && { guest }), ping: ping! };
  changes.push({ type: 'send', to: peer.address, messages: [discover([], extension)] });
}

/** A ping on its way out. Its message is made when it is asked for: one list may name very many. */
class Hello {
  readonly type = 'send';
  readonly #peer: Peer;
  readonly #addresses: readonly string[];
  readonly #pinging: DiscoverExtension;

  constructor(peer: Peer, addresses: readonly string[], pinging: DiscoverExtension) {
    this.#peer = peer;
    this.#addresses = addresses;
    this.#pinging = pinging;
  }

  get to(): string {
    return this.#peer.address;
  }

  get messages(): readonly DiscoverMessage[] {
    return [discover(this.#addresses, { ...this.#pinging, ping: this.#peer.ping! })];
  }
}

/** What a peer is answered at once. */
export interface Answer {
  /** The ping that came, to go back. */
  readonly pong: string | undefined;
  /** Whether the peer is asked to prove that it is there. */
  readonly ping: boolean;
  /** Whether it is told about the cluster. */
  readonly list: boolean;
  /** How many copies of the answer are sent, if they are not too much. */
  readonly copies: number;
  /** How many bytes came. */
  readonly received: number;
}

/**
 * Answers a peer at once, with at most three times the bytes that came: whoever forges a sender's
 * address must not gain by it.
 */
export function answer(
  state: State,
  peer: Peer,
  round: Round,
  { pong, ping, list, copies, received }: Answer,
  changes: Change[],
): void {
  const pinged = ping ? withPing(state, peer, round.now) : peer;
  if (list) store(state, { ...pinged, greetedAt: round.now });
  const room = 3 * received;
  const { id, guest, ...about } = state.about;
  const extension: DiscoverExtension = {
    // Who only wants to know whether we are there is spared the rest.
    ...(list && state.overhead <= room && about),
    v: 2,
    id,
    ...(guest && { guest }),
    ...(ping && { ping: pinged.ping! }),
    ...(pong !== undefined && { pong }),
  };
  const extended = ping || pong !== undefined;
  const bare = extended ? state.overhead : 'DISCOVER,\n'.length;
  const addresses = list ? round.fitting(peer.address, room - bare) : [];
  const message = discover(addresses, extended ? extension : undefined);
  const fitting = Math.max(1, Math.min(copies, Math.floor(room / bare)));
  const messages = Array.from({ length: fitting }, () => message);
  changes.push({ type: 'send', to: peer.address, messages });
}

/** The peer with a ping to send; one that has not come back is sent again. */
function withPing(state: State, peer: Peer, now: number): Peer {
  if (peer.ping === undefined) {
    return store(state, { ...peer, ping: state.settings.newPing(), pingedAt: now });
  }
  return peer.pingedAt === undefined ? peer : store(state, { ...peer, pingedAt: undefined });
}

function discover(
  addresses: readonly string[],
  extension: DiscoverExtension | undefined,
): DiscoverMessage {
  return extension ? { type: 'discover', addresses, extension } : { type: 'discover', addresses };
}
