import { receiveAlias } from './aliases.ts';
import { askAgain, contacts, uniqueMembers, type Contact, type RequestLength } from './contacts.ts';
import { broadcast, leave, start } from './announce.ts';
import { nextDue, tick } from './due-peers.ts';
import { learnAddresses } from './learn.ts';
import { resolveOptions, type ClusterOptions } from './options.ts';
import { isHeard, isProvenVersion2, isQuiet, type Peer } from './peer.ts';
import { receiveDiscover, receiveOther, type Received } from './receive.ts';
import { GossipRound } from './gossip-round.ts';
import { find, initialState, store, type Change, type State } from './state.ts';

/** What may be sent to an address that the user named, besides what comes from it, in bytes. */
const namedAllowance = 512;

/** How many of those who hear an announcement greet its sender, on average, where all know each other. */
const greeters = 2;

/** A member as others may see it. */
export interface Member {
  /** `host:port`. */
  readonly address: string;
  /** Given by the user, named by gossip, or heard. */
  readonly state: 'configured' | 'announced' | 'heard';
  /** The highest version that it has shown. */
  readonly version: 1 | 2;
  /** What its user calls it: text from the network. */
  readonly name: string | undefined;
  /** The TCP port of its file server, where it told. */
  readonly tcp: number | undefined;
  /** When it was last heard, in milliseconds of the caller's clock. */
  readonly heardAt: number | undefined;
  /** How long its last answer to a ping took, in milliseconds. */
  readonly roundTrip: number | undefined;
}

/**
 * Who is in the cluster, as one node knows it. Each method takes in one event, with the time at
 * which it happened, and returns what follows from it; nothing happens by itself. Times are in
 * milliseconds and never go back.
 *
 * @see docs/protocol.md, "Membership"
 */
export class Cluster {
  readonly #state: State;

  constructor(options: ClusterOptions) {
    this.#state = initialState(resolveOptions(options));
  }

  /** The node is up: the first round of telling. */
  start(now: number): Change[] {
    return this.#change((changes) => {
      start(this.#state, now, changes);
    });
  }

  /** When {@link tick} has something to do next; `Infinity` for never. */
  get due(): number {
    return nextDue(this.#state);
  }

  /** Does what has fallen due: the round of each period, retries, peers becoming quiet. */
  tick(now: number): Change[] {
    return this.#change((changes) => {
      tick(this.#state, now, changes);
    });
  }

  /** Tells everyone now, and a period from now again. */
  announce(now: number): Change[] {
    return this.#change((changes) => {
      broadcast(this.#state, now, changes);
    });
  }

  /** A DISCOVER has come. */
  receive(received: Received, now: number): Change[] {
    return this.#change((changes) => {
      receiveDiscover(this.#state, received, now, changes);
    });
  }

  /** The user, or the program, named an address. `local`: it may be a loopback address. */
  named(address: string, local: boolean, now: number): Change[] {
    return this.#change((changes) => {
      const bytesPerAddress = namedAllowance;
      learnAddresses(
        this.#state,
        [address],
        { local, bytesPerAddress },
        new GossipRound(this.#state, now),
        changes,
      );
    });
  }

  /**
   * An address was announced to all of the local network, in a datagram of `size` bytes. Where many
   * heard that, few of them greet it. `local`: it came from this machine.
   */
  announced(address: string, local: boolean, size: number, now: number): Change[] {
    return this.#change((changes) => {
      const { proven, settings } = this.#state;
      const random = Number.parseInt(settings.newPing().slice(0, 8), 16) / 2 ** 32;
      if (random * (proven.size + 1) >= greeters) return;
      learnAddresses(
        this.#state,
        [address],
        { local, bytesPerAddress: size },
        new GossipRound(this.#state, now),
        changes,
      );
    });
  }

  /** Some other message has come from an address. */
  spoke(from: string, now: number): Change[] {
    return this.#change((changes) => {
      receiveOther(this.#state, from, now, changes);
    });
  }

  /** A member's name has been resolved to an address, `host:port` both. */
  resolved(name: string, address: string): Change[] {
    return this.#change((changes) => {
      receiveAlias(this.#state, name, address, changes);
    });
  }

  /**
   * Whether an address that a member's name was resolved to is this member's: not where it is
   * another's, whom we reach under a name of its own, or this node's.
   */
  leadsTo(name: string, address: string): boolean {
    return find(this.#state, address)?.address === name;
  }

  /** The node is about to stop: goodbyes. */
  leave(now: number): Change[] {
    return this.#change((changes) => {
      leave(this.#state, now, changes);
    });
  }

  /** Whom to ask for a file now. */
  contacts(length: RequestLength, now: number): Contact[] {
    return contacts(this.#state, length, now);
  }

  /** Whether a member may be asked once more for the same file. */
  askAgain(address: string, length: RequestLength, now: number): Contact | undefined {
    return askAgain(this.#state, address, length, now);
  }

  /**
   * A peer has answered a request, so many milliseconds after it was asked. `first`: nobody has
   * answered that request before.
   */
  answered(from: string, took: number, first: boolean): void {
    const peer = find(this.#state, from);
    if (!peer) return;
    const answersIn = peer.answersIn === undefined ? took : (peer.answersIn + took) / 2;
    store(this.#state, { ...peer, answersIn, priority: first || peer.priority });
  }

  /** Whether a peer is answered at once: it was the first to answer a request of ours. */
  hasPriority(from: string): boolean {
    return find(this.#state, from)?.priority === true;
  }

  /** How fast a peer has answered so far, in milliseconds; `Infinity` for one that never did. */
  answersIn(from: string): number {
    return find(this.#state, from)?.answersIn ?? Infinity;
  }

  /** Whether a peer is out of the list for its silence alone, so that it may be there all the same. */
  isSilent(address: string): boolean {
    const peer = find(this.#state, address);
    if (!peer || !isQuiet(peer)) return false;
    return peer.suspectedAt === undefined || peer.suspectedAt < (peer.heardAt ?? Infinity);
  }

  /** Whether an address is this node's own. */
  isSelf(address: string): boolean {
    return this.#state.self.has(address);
  }

  /** Whether a peer has proven to speak version 2. */
  provenVersion2(from: string): boolean {
    const peer = find(this.#state, from);
    return peer !== undefined && isProvenVersion2(peer);
  }

  /** The members in the order in which they became known: each node once, this node never. */
  members(): Member[] {
    return uniqueMembers(this.#state).map(memberOf);
  }

  #change(run: (changes: Change[]) => void): Change[] {
    const changes: Change[] = [];
    run(changes);
    return changes;
  }
}

function memberOf(peer: Peer): Member {
  const { address, version, name, tcp, heardAt, roundTrip, configured } = peer;
  return {
    address,
    state: isHeard(peer) ? 'heard' : configured ? 'configured' : 'announced',
    version,
    name,
    tcp,
    heardAt,
    roundTrip,
  };
}
