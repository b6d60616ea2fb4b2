// The class that the package is for. Every event of the cluster passes through it.
import type { DiscoverExtension } from '@peerlane/protocol';
import { recordAlias, type ResolvedName } from './aliases.ts';
import { broadcast, leave, start } from './announce.ts';
import {
  chooseContact,
  chooseContacts,
  uniqueMembers,
  type Contact,
  type ContactRequest,
  type RequestAnswer,
  type RequestLength,
} from './contacts.ts';
import { nextDue, tick } from './due-peers.ts';
import { addAddress, type NamedAddress } from './add-address.ts';
import { resolveOptions, type ClusterOptions } from './options.ts';
import { memberOf, namesAt, type Member } from './member.ts';
import { isHeard, isOfVersion1, isProvenVersion2, isSilent, type Peer } from './peer.ts';
import { receiveAnnouncement, type AddressAnnouncement } from './receive-announcement.ts';
import { receiveDiscover, receiveOther, type ReceivedDiscover } from './receive.ts';
import { ping } from './greetings.ts';
import { isOwn } from './own-addresses.ts';
import { isTrusted } from './send.ts';
import { responseDeadline } from './timing.ts';
import { wake } from './wake.ts';
import { find, initialState, store, type Change, type State } from './state.ts';

/**
 * The cluster as one node knows it. Each method with the argument `now` handles one event of that time
 * and returns what follows from it; nothing happens by itself. Times are in milliseconds and never go
 * back. After {@link leave} nothing is due, and no event changes anything.
 *
 * @see docs/protocol.md, "Membership"
 */
export class Cluster {
  readonly #state: State;
  #isStarted = false;
  #left = false;

  /**
   * @throws TypeError or RangeError that names the option; ProtocolError `bad-address` for an address
   * that is not in its normal form, and `not-encodable` for an `id`, `name` or `tcpPort` that no
   * DISCOVER may carry
   */
  constructor(options: ClusterOptions) {
    this.#state = initialState(resolveOptions(options));
  }

  /** The node's description of itself, as each full DISCOVER carries it. */
  get selfDescription(): DiscoverExtension {
    return this.#state.selfDescription;
  }

  /** The node is up: its first round. */
  start(now: number): Change[] {
    this.#isStarted = true;
    return this.#change((changes) => {
      start(this.#state, now, changes);
    });
  }

  /** When {@link tick} has something to do next; `Infinity` for never. */
  get due(): number {
    return this.#left ? Infinity : nextDue(this.#state);
  }

  /** Does what has fallen due: the round of each period, retries, peers that become quiet. */
  tick(now: number): Change[] {
    return this.#change((changes) => {
      tick(this.#state, now, changes);
    });
  }

  /**
   * The node was asleep for `slept` milliseconds until now: that is nobody's silence, and everybody is
   * greeted as at the start.
   */
  wake(slept: number, now: number): Change[] {
    return this.#change((changes) => {
      wake(this.#state, slept, now, changes);
    });
  }

  /** Sends every member its list now, and a period from now again. */
  announce(now: number): Change[] {
    return this.#change((changes) => {
      broadcast(this.#state, now, changes);
    });
  }

  /** Receives a DISCOVER. */
  receive(discover: ReceivedDiscover, now: number): Change[] {
    return this.#change((changes) => {
      receiveDiscover(this.#state, discover, now, changes);
    });
  }

  /** Receives a Get or a File, of which only the sender's address matters. */
  receiveOther({ from }: { readonly from: string }, now: number): Change[] {
    return this.#change((changes) => {
      receiveOther(this.#state, from, now, changes);
    });
  }

  /** Receives an announcement to the local network. If many nodes hear it, few of them greet its sender. */
  receiveAnnouncement(announcement: AddressAnnouncement, now: number): Change[] {
    return this.#change((changes) => {
      receiveAnnouncement(this.#state, announcement, now, changes);
    });
  }

  /** Adds an address that the user, or the program, named. */
  addAddress(named: NamedAddress, now: number): Change[] {
    return this.#change((changes) => {
      addAddress(this.#state, named, now, changes);
    });
  }

  /** Records what a member's name has been resolved to. */
  recordAddress({ name, address }: ResolvedName): Change[] {
    return this.#change((changes) => {
      recordAlias(this.#state, name, address, changes);
    });
  }

  /**
   * Whether messages to a member may go to the address that its name was resolved to: not if that is
   * the address of this node, or of another member, which is reached under its own name.
   */
  leadsTo({ name, address }: ResolvedName): boolean {
    return find(this.#state, address)?.address === name;
  }

  /** The node is about to stop: goodbyes. */
  leave(now: number): Change[] {
    const goodbyes = this.#change((changes) => {
      leave(this.#state, now, changes);
    });
    this.#left = true;
    return goodbyes;
  }

  /** Chooses the members to ask for a file, and charges a request to each of them. */
  chooseContacts(length: RequestLength, now: number): Contact[] {
    return this.#left ? [] : chooseContacts(this.#state, length, now);
  }

  /** Charges one more request for the same file to a member; `undefined` if it may not be asked now. */
  chooseContact(request: ContactRequest, now: number): Contact | undefined {
    return this.#left ? undefined : chooseContact(this.#state, request, now);
  }

  /** Records that a peer has answered a request. */
  recordAnswer({ from, duration, first }: RequestAnswer): void {
    const peer = this.#left ? undefined : find(this.#state, from);
    if (!peer) return;
    const { answerTime: earlier } = peer;
    const answerTime = earlier === undefined ? duration : (earlier + duration) / 2;
    store(this.#state, { ...peer, answerTime, priority: first || peer.priority });
  }

  /** Whether a peer is answered at once: it was the first to answer a request of ours. */
  hasPriority(address: string): boolean {
    return find(this.#state, address)?.priority === true;
  }

  /** How fast a peer has answered so far, in milliseconds; `Infinity` for one that never did. */
  answerTime(address: string): number {
    return find(this.#state, address)?.answerTime ?? Infinity;
  }

  /** Whether only its silence keeps a peer off the list, so that it may be there all the same. */
  isSilent(address: string): boolean {
    return this.#is(address, isSilent);
  }

  /**
   * Whether the node has been told of the members that others know. It has not while it is starting, and
   * for a while after {@link addAddress} and after it has met the first member.
   */
  get hasConverged(): boolean {
    return this.#state.joining === undefined && this.#isStarted;
  }

  /** Pings a trusted member that does not answer, and has proven version 2. */
  probe(address: string, now: number): Change[] {
    return this.#change((changes) => {
      const peer = find(this.#state, address);
      if (peer?.proven && isTrusted(this.#state, peer)) ping(this.#state, peer, [], now, changes);
    });
  }

  /**
   * When a member whose answer is waited for since `since`, and that is pinged meanwhile, counts as not
   * there if nothing is heard of it: `Infinity` for one that may be there all the same.
   */
  responseDeadline(address: string, since: number): number {
    const peer = find(this.#state, address);
    return peer ? responseDeadline(peer, since, this.#state.settings.lowestProtocol) : -Infinity;
  }

  /** Whether an address is this node's own. */
  isSelf(address: string): boolean {
    return isOwn(this.#state, address);
  }

  /** Whether a peer has returned a ping, and so has proven version 2, and has not been silent since. */
  isProven(address: string): boolean {
    return this.#is(address, isProvenVersion2);
  }

  /** Whether a peer was heard in version 1: what that version does not have need not be asked there. */
  isOfVersion1(address: string): boolean {
    return this.#is(address, isOfVersion1);
  }

  /** Whether a peer, by any of its addresses, has spoken and has not been silent for too long since. */
  isHeard(address: string): boolean {
    return this.#is(address, isHeard);
  }

  /** The members in the order in which they became known: each node once, this node never. */
  members(): Member[] {
    return uniqueMembers(this.#state).map(memberOf);
  }

  /** The names of the nodes that were heard from a host, guests among them: text from the network. */
  namesAt(host: string): string[] {
    return namesAt(host, this.#state.peers.values());
  }

  #is(address: string, isSo: (peer: Peer) => boolean): boolean {
    const peer = find(this.#state, address);
    return peer !== undefined && isSo(peer);
  }

  #change(run: (changes: Change[]) => void): Change[] {
    const changes: Change[] = [];
    if (!this.#left) run(changes);
    return changes;
  }
}
