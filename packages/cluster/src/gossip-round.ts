import {
  hostOf,
  isLoopback,
  splitDiscover,
  type DiscoverExtension,
  type DiscoverMessage,
} from '@peerlane/protocol';
import { isHeard, isProvenVersion2, isQuiet, speaksVersion1, type Peer } from './peer.ts';
import { isTrusted, lengthOf } from './send.ts';
import type { State } from './state.ts';
import { isOverdue, sharedUntil } from './timing.ts';

/** The most bytes of a datagram with a list, so that it is never fragmented. */
export const maxListBytes = 1200;

/**
 * What a peer is sent in the round of each period: all of its list with a ping, the ping alone while it
 * owes an answer to an earlier one, as much of the list as its own lists have earned, a greeting, or
 * nothing.
 */
export function sentInRound(
  state: State,
  peer: Peer,
  now: number,
): 'list' | 'ping' | 'earned list' | 'greeting' | undefined {
  if (isQuiet(peer)) return undefined;
  if (isTrusted(state, peer)) return isOverdue(peer, now, state.settings.period) ? 'ping' : 'list';
  if (isHeard(peer)) return 'earned list';
  return peer.guest ? undefined : 'greeting';
}

/** As what a peer is told about others. */
type Audience =
  /** It has shown version 2: it greets whom it is told about. */
  | 'version 2'
  /** It speaks version 1: it sends all that it knows to whom it is told about, and for ever. */
  | 'version 1'
  /** The user named it, and it has not spoken. */
  | 'unknown';

function audienceOf(peer: Peer): Audience {
  if (peer.version === 2) return 'version 2';
  return isHeard(peer) ? 'version 1' : 'unknown';
}

/** The lists of one round of telling, each made once for all who get it. */
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
   * Whom a peer is told about. Loopback addresses mean something only on this machine.
   *
   * @see docs/protocol.md, "Membership"
   */
  listFor(peer: Peer): readonly string[] {
    const audience = audienceOf(peer);
    const local = isLoopback(hostOf(peer.address));
    const key = `${audience} ${local}`;
    let list = this.#lists.get(key);
    if (!list) {
      const peers = [...this.#state.peers.values()];
      list = peers.filter((other) => this.#isShared(other, audience)).map((other) => other.address);
      list = list.filter((other) => local || !isLoopback(hostOf(other)));
      this.#lists.set(key, list);
    }
    return list;
  }

  /**
   * As many of those whom a peer is told about, without itself, as fit into so many bytes; in turn,
   * where not all do. Looking for them costs much the same in a cluster of any size.
   */
  fitting(peer: Peer, bytes: number): readonly string[] {
    const { peers, proven, standing } = this.#state;
    const audience = audienceOf(peer);
    const local = isLoopback(hostOf(peer.address));
    const candidates = audience === 'version 2' ? proven : standing.present;
    const fitting: string[] = [];
    // The first has no comma before it.
    let left = bytes + 1;
    let looked = 0;
    for (const address of sample(candidates, this.#state.listOffset)) {
      const skipped =
        address === peer.address ||
        (!local && isLoopback(hostOf(address))) ||
        !this.#isShared(peers.get(address)!, audience);
      if (!skipped) {
        left -= address.length + 1;
        if (left < 0) break;
        fitting.push(address);
      }
      looked += 1;
    }
    if (looked < candidates.size) this.#state.listOffset += looked;
    return fitting;
  }

  /** Our own address, for a peer that has been silent for a period: it may not know us. */
  ownAddress(peer: Peer): string | undefined {
    const { settings } = this.#state;
    if (this.now - (peer.heardAt ?? peer.learnedAt) < settings.period) return undefined;
    const own = settings.ownAddress(peer.address);
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
      parts = splitDiscover(list, { maxBytes: sharedBytes, ...(extension && { extension }) });
      this.#parts.set(list, parts);
    }
    return parts;
  }

  /** How many bytes the parts of a list have. */
  lengthOf(parts: readonly DiscoverMessage[]): number {
    let length = this.#lengths.get(parts);
    if (length === undefined) {
      length = lengthOf(parts);
      this.#lengths.set(parts, length);
    }
    return length;
  }

  /**
   * Nobody who could have been made up is told to who would send to it: whatever strangers say in
   * the name of an address, it stays between them and us.
   */
  #isShared(peer: Peer, audience: Audience): boolean {
    const { period, protocol } = this.#state.settings;
    if (protocol === 1) return true;
    if (peer.configured && audience !== 'version 2') return true;
    const shared = !peer.guest && this.now < sharedUntil(peer, period);
    return shared && (isProvenVersion2(peer) || (audience === 'version 1' && speaksVersion1(peer)));
  }
}

/** How many members are looked at to find some that fit. */
const sampleSize = 256;

/** Some of a set, from a place in it on, and from its beginning when it ends. */
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

// Leaves room within 1200 bytes for what the first part carries besides: a ping and our own address.
const sharedBytes =
  maxListBytes - ',"ping":"0123456789abcdef"'.length - `,${'a'.repeat(253)}:65535`.length;
