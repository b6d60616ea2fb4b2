// The running searches by their `req`: starts them, and passes each the events that concern it.
import type { Cluster } from '@peerlane/cluster';
import {
  ProtocolError,
  type FileMessage,
  type GetMessage,
  type PeerAddress,
} from '@peerlane/protocol';
import type { RandomBits } from '../system/random.ts';
import { resolveFindOptions, type FindOptions } from './find-options.ts';
import type { Offer } from './offer.ts';
import type { SearchSettings } from './search-settings.ts';
import { Search } from './search.ts';

/** The parts of a node that a {@link Requester} uses. */
export interface RequesterOptions {
  readonly settings: SearchSettings & { readonly random: RandomBits };
  readonly cluster: Cluster;
  /** Sends to a member on behalf of a search. */
  readonly sendTo: (member: string, message: GetMessage, search: Search) => void;
  /** Pings a member that does not answer. */
  readonly probe: (member: string) => void;
}

/** The shortest time between two pings of a member for all searches together, in milliseconds. */
const betweenProbes = 250;

/** All searches of a node. */
export class Requester {
  readonly #options: RequesterOptions;
  readonly #searches = new Map<string, Search>();
  /** When each member was last pinged for a search. */
  readonly #probedAt = new Map<string, number>();
  #closed = false;

  constructor(options: RequesterOptions) {
    this.#options = options;
  }

  /**
   * @throws ProtocolError `not-encodable` for a filename that cannot be asked for; TypeError or
   * RangeError for an option
   */
  find(filename: string, options: FindOptions): Search {
    const find = resolveFindOptions(options);
    if (filename === '')
      throw new ProtocolError('not-encodable', 'expected the name of a file, got ""');
    const req = this.#options.settings.random();
    const onEnd = (): void => {
      this.#searches.delete(req);
      if (this.#searches.size === 0) this.#probedAt.clear();
    };
    const own = { filename, req, onEnd, probe: this.#probe };
    const search = new Search({ ...this.#options, ...find, ...own });
    if (this.#closed) search.end();
    if (search.ended) return search;
    this.#searches.set(req, search);
    search.start();
    return search;
  }

  /** A member has joined: it is asked for everything that is looked for. */
  memberJoined(member: string): void {
    for (const search of this.#searches.values()) search.memberJoined(member);
  }

  /** A member has proven itself. */
  memberProven(member: string): void {
    for (const search of this.#searches.values()) search.memberProven(member);
  }

  /** The node has been told of the members that others know. */
  converged(): void {
    for (const search of this.#searches.values()) search.converged();
  }

  /** A member has left. */
  memberLeft(member: string): void {
    const isSilent = this.#options.cluster.isSilent(member);
    for (const search of this.#searches.values()) search.memberLeft(member, isSilent);
  }

  /** Receives a File. Returns the offer if a search waits for it. */
  receive(file: FileMessage, from: PeerAddress, peer: string): Offer | undefined {
    const { cluster, settings } = this.#options;
    const extension = settings.protocol === 2 ? file.extension : undefined;
    if (extension?.miss) {
      for (const search of this.#searchesFor(extension.req, peer)) search.miss(peer);
      return undefined;
    }
    if (file.method !== 1 || file.port === 0) return undefined;
    const offer: Offer = {
      peer,
      address: { host: from.host, port: file.port },
      version: extension ? 2 : settings.lowestProtocol,
      size: extension?.size,
      root: extension?.root,
    };
    // Version 1, and a node that does not know the key, offer a file where a folder was asked for.
    const kind = extension?.kind ?? 'file';
    const all = this.#searchesFor(extension?.req, peer);
    const searches = all.filter(({ request }) => request.kind === kind);
    for (const search of all) if (!searches.includes(search)) search.miss(peer);
    const first = searches.some((search) => !search.hasOffer);
    const times = searches.map((search) => search.offer(offer));
    const duration = Math.min(...times.map((time) => time ?? Infinity));
    if (duration === Infinity) return undefined;
    cluster.recordAnswer({ from: peer, duration, first });
    return offer;
  }

  /** Ends all searches; a search that is started from now on has ended at once. */
  close(): void {
    this.#closed = true;
    for (const search of this.#searches.values()) search.end();
  }

  /** Hundreds of searches may wait for one member at the same time. */
  readonly #probe = (member: string): void => {
    const now = this.#options.settings.clock.now();
    if (now - (this.#probedAt.get(member) ?? -Infinity) < betweenProbes) return;
    this.#probedAt.set(member, now);
    this.#options.probe(member);
  };

  #searchesFor(req: string | undefined, peer: string): Search[] {
    if (req !== undefined) {
      const search = this.#searches.get(req);
      return search ? [search, ...this.#equalsOf(search, peer)] : [];
    }
    // Without a `req` an offer is for everything that its peer was asked for; a peer that has proven
    // to speak version 2 does not leave it out.
    const { cluster, settings } = this.#options;
    if (settings.protocol === 2 && cluster.isProven(peer)) return [];
    return [...this.#searches.values()].filter((search) => search.hasAsked(peer));
  }

  /** The searches for the same file or folder that have asked the same peer: it answers one of them at a time. */
  #equalsOf(search: Search, peer: string): Search[] {
    const { kind, message } = search.request;
    return [...this.#searches.values()].filter(
      (other) =>
        other !== search &&
        other.request.kind === kind &&
        other.request.message.filename === message.filename &&
        other.hasAsked(peer),
    );
  }
}
