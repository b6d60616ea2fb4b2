// Decides what each peer is sent in a round, and which members its list names.
import {
  hostOf,
  isLoopback,
  maxListBytes,
  splitDiscover,
  type DiscoverExtension,
  type DiscoverMessage,
} from '@peerlane/protocol';
import { listedFor, zoneIn } from './link-local.ts';
import { isHeard, isProvenVersion2, isQuiet, speaksVersion1, type Peer } from './peer.ts';
import { isTrusted, lengthOf } from './send.ts';
import type { State } from './state.ts';
import { isOverdue, sharedUntil } from './timing.ts';

/**
 * Decides what a peer is sent in the round of each period: the whole list with a ping, the ping alone
 * while it owes an answer to an earlier one, as much of the list as its own lists have earned, a
 * hello, or nothing.
 */
export function sentInRound(
  state: State,
  peer: Peer,
  now: number,
): 'list' | 'ping' | 'earned list' | 'hello' | undefined {
  if (isQuiet(peer)) return undefined;
  if (isTrusted(state, peer)) return isOverdue(peer, now, state.settings.period) ? 'ping' : 'list';
  if (isHeard(peer)) return 'earned list';
  return peer.guest ? undefined : 'hello';
}

/** How a peer will use the addresses that its list names. */
type Audience =
  /** It has shown version 2: it greets each address that is new to it. */
  | 'version 2'
  /** It speaks version 1: it sends its whole list to each address, and for ever. */
  | 'version 1'
  /** It is configured, and has not spoken. */
  | 'unknown';

function audienceOf(peer: Peer): Audience {
  if (peer.version === 2) return 'version 2';
  return isHeard(peer) ? 'version 1' : 'unknown';
}

/** The lists of one round. Each is made once for all peers that get it. */
export class GossipRound {
  readonly now: number;
  readonly #state: State;
  readonly #lists = new Map<string, readonly string[]>();
  readonly #parts = new Map<readonly string[], readonly DiscoverMessage[]>();
  readonly #lengths = new Map<readonly DiscoverMessage[], number>();

  constructor(state: State, now: number) {
    this.#state = state;
    this.now = now;
  }

  /**
   * The members that a peer's list names. Loopback addresses mean something only on this machine.
   *
   * @see docs/protocol.md, "Membership"
   */
  listFor(peer: Peer): readonly string[] {
    const audience = audienceOf(peer);
    const local = isLoopback(hostOf(peer.address));
    const key = `${audience} ${local} ${zoneIn(peer.address) ?? ''}`;
    let list = this.#lists.get(key);
    if (!list) {
      const peers = [...this.#state.peers.values()];
      list = peers.filter((other) => this.#isShared(other, audience)).map((other) => other.address);
      list = list
        .filter((other) => local || !isLoopback(hostOf(other)))
        .flatMap((other) => listedFor(peer.address, other) ?? []);
      this.#lists.set(key, list);
    }
    return list;
  }

  /**
   * As many of these members, without the peer itself, as fit into that many bytes; in turn, if not all
   * do. The cost does not depend on the size of the cluster.
   */
  fitting(peer: Peer, bytes: number): readonly string[] {
    const { peers, proven, standing } = this.#state;
    const audience = audienceOf(peer);
    const local = isLoopback(hostOf(peer.address));
    const candidates = audience === 'version 2' ? proven : standing.present;
    const fitting: string[] = [];
    // The first address has no comma before it.
    let left = bytes + 1;
    let looked = 0;
    for (const address of sample(candidates, this.#state.listOffset)) {
      const listed = listedFor(peer.address, address);
      const skipped =
        listed === undefined ||
        address === peer.address ||
        (!local && isLoopback(hostOf(address))) ||
        !this.#isShared(peers.get(address)!, audience);
      if (!skipped) {
        left -= listed.length + 1;
        if (left < 0) break;
        fitting.push(listed);
      }
      looked += 1;
    }
    if (looked < candidates.size) this.#state.listOffset += looked;
    return fitting;
  }

  /** This node's own address, for a peer that has been silent for a period: it may not know us. */
  ownAddress(peer: Peer): string | undefined {
    const { settings } = this.#state;
    if (this.now - (peer.heardAt ?? peer.learnedAt) < settings.period) return undefined;
    const known = settings.ownAddress(peer.address);
    const own = known === undefined ? undefined : listedFor(peer.address, known);
    return own !== undefined && (isLoopback(hostOf(peer.address)) || !isLoopback(hostOf(own)))
      ? own
      : undefined;
  }

  /** A list as messages that each fit a datagram. */
  split(
    list: readonly string[],
    extension: DiscoverExtension | undefined,
  ): readonly DiscoverMessage[] {
    let parts = this.#parts.get(list);
    if (!parts) {
      const { protocol, overhead } = this.#state.settings;
      const maxBytes = protocol === 1 ? originalBytes : sharedBytes - overhead;
      parts = splitDiscover(list, { maxBytes, ...(extension && { extension }) });
      this.#parts.set(list, parts);
    }
    return parts;
  }

  /** The length of all parts of a list on the wire, in bytes. */
  lengthOf(parts: readonly DiscoverMessage[]): number {
    let length = this.#lengths.get(parts);
    if (length === undefined) {
      length = lengthOf(this.#state, parts);
      this.#lengths.set(parts, length);
    }
    return length;
  }

  /**
   * Whether a list for that audience names a peer. A peer that could have been made up is in
   * no list for a peer that would send to it: what strangers say in its name spreads no further.
   */
  #isShared(peer: Peer, audience: Audience): boolean {
    const { period, protocol } = this.#state.settings;
    if (protocol === 1) return true;
    if (peer.configured && audience !== 'version 2') return true;
    const shared = !peer.guest && this.now < sharedUntil(peer, period);
    return shared && (isProvenVersion2(peer) || (audience === 'version 1' && speaksVersion1(peer)));
  }
}

/** The most members that are considered for a list that must fit. */
const sampleSize = 256;

/** Some addresses of a set, from a place in it on, and from its beginning after its end. */
function* sample(addresses: ReadonlySet<string>, place: number): Iterable<string> {
  const count = Math.min(addresses.size, sampleSize);
  const start = place % Math.max(1, addresses.size);
  let [index, yielded] = [0, 0];
  for (const address of addresses) {
    index += 1;
    if (index <= start) continue;
    if (yielded === count) return;
    yielded += 1;
    yield address;
  }
  for (const address of addresses) {
    if (yielded === count) return;
    yielded += 1;
    yield address;
  }
}

/** What the original reads of a datagram, in bytes: up to this length it sends its list in one. */
const originalBytes = 2048;

// The first part of a list also carries a ping and this node's own address within its 1200 bytes.
const sharedBytes =
  maxListBytes - ',"ping":"0123456789abcdef"'.length - `,${'a'.repeat(253)}:65535`.length;
