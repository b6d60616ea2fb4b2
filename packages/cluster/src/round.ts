import {
  hostOf,
  isLoopback,
  splitDiscover,
  type DiscoverExtension,
  type DiscoverMessage,
} from '@peerlane/protocol';
import type { Settings } from './options.ts';
import { isHeard, type Peer } from './peer.ts';
import type { State } from './state.ts';
import { toldUntil } from './timing.ts';

/** The lists of one round of telling, each made once for all who get it. */
export class Round {
  readonly now: number;
  /** What a peer has been sent by gossip that gets its first datagram now. */
  readonly justBought: readonly number[];
  readonly #state: State;
  readonly #lists = new Map<boolean, readonly string[]>();
  readonly #fitting = new Map<number, readonly string[]>();
  readonly #parts = new Map<readonly string[], readonly DiscoverMessage[]>();

  constructor(state: State, now: number) {
    this.#state = state;
    this.now = now;
    this.justBought = [now];
  }

  /**
   * Whom a peer is told about: the configured ones, and those heard within two periods. Loopback
   * addresses mean something only on this machine.
   *
   * @see docs/protocol.md, "Membership"
   */
  listFor(peer: string): readonly string[] {
    const local = isLoopback(hostOf(peer));
    let list = this.#lists.get(local);
    if (!list) {
      const { peers, settings } = this.#state;
      const told = [...peers.values()].filter((member) => isTold(member, settings, this.now));
      list = told
        .map(({ address }) => address)
        .filter((address) => local || !isLoopback(hostOf(address)));
      this.#lists.set(local, list);
    }
    return list;
  }

  /**
   * As many of those whom a peer is told about as fit into so many bytes. Looking for them costs the
   * same in a cluster of any size.
   */
  fitting(peer: string, bytes: number): readonly string[] {
    const local = isLoopback(hostOf(peer));
    const key = local ? 2 * bytes + 1 : 2 * bytes;
    let addresses = this.#fitting.get(key);
    if (!addresses) {
      addresses = this.#fit(local, bytes);
      this.#fitting.set(key, addresses);
    }
    return addresses;
  }

  #fit(local: boolean, bytes: number): readonly string[] {
    const { peers, settings, standing } = this.#state;
    const fitting: string[] = [];
    let [looked, room] = [0, bytes];
    for (const address of standing.present) {
      if ((looked += 1) > sampleSize) break;
      if (!local && isLoopback(hostOf(address))) continue;
      if (!isTold(peers.get(address)!, settings, this.now)) continue;
      room -= address.length + 1;
      if (room < 0) break;
      fitting.push(address);
    }
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
}

/** How many members are looked at to find some that fit. */
const sampleSize = 256;

// Leaves room within 1200 bytes for what the first part carries besides: a ping and our own address.
const sharedBytes = 1200 - ',"ping":"0123456789abcdef"'.length - `,${'a'.repeat(253)}:65535`.length;

function isTold(peer: Peer, { period, protocol }: Settings, now: number): boolean {
  if (peer.configured || protocol === 1) return true;
  return isHeard(peer) && !peer.guest && now < toldUntil(peer, period);
}
