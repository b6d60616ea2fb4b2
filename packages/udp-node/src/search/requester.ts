import type { Cluster, Contact, RequestLength } from '@peerlane/cluster';
import {
  encodeMessage,
  ProtocolError,
  type FileMessage,
  type GetMessage,
  type PeerAddress,
} from '@peerlane/protocol';
import type { Clock } from '../system/clock.ts';
import type { Offer } from './offer.ts';
import type { RandomBits } from '../system/random.ts';
import { retryDelay } from './retries.ts';
import { Search } from './search.ts';

/** What a {@link Requester} needs of its node. */
export interface RequesterOptions {
  readonly clock: Clock;
  readonly random: RandomBits;
  readonly cluster: Cluster;
  readonly protocol: 1 | 2;
  /** Sends to a member on behalf of a search. */
  readonly sendTo: (member: string, message: GetMessage, search: Search) => void;
}

/** Asks the cluster for files and takes in what it answers. */
export class Requester {
  readonly #options: RequesterOptions;
  readonly #searches = new Map<string, Search>();
  #closed = false;

  constructor(options: RequesterOptions) {
    this.#options = options;
  }

  /** @throws ProtocolError `not-encodable` for a name that cannot be asked for */
  find(filename: string, timeout: number, signal: AbortSignal | undefined): Search {
    const { clock, random, cluster } = this.#options;
    if (filename === '')
      throw new ProtocolError('not-encodable', 'expected the name of a file, got ""');
    const req = random();
    const request = this.#requestFor(filename, req);
    // What cannot be asked for is refused here, not on its way out.
    encodeMessage(request);
    const search = new Search({
      request,
      req,
      timeout,
      signal,
      clock,
      answersIn: (peer) => cluster.answerTime(peer),
      onEnd: () => this.#searches.delete(req),
      onReopened: (reopened, member) => {
        if (this.#options.protocol === 1) return;
        this.#askLater(reopened, member, 3, cluster.isProven(member) ? 2 : 1);
      },
    });
    if (this.#closed) search.end();
    if (search.ended) return search;
    this.#searches.set(req, search);
    for (const contact of cluster.chooseContacts(lengthOf(search.request), clock.now()))
      this.#ask(search, contact);
    for (const { address } of cluster.members()) this.#askWhenAllowed(search, address);
    return search;
  }

  /** A member has joined: it is asked for all that is looked for. */
  memberJoined(member: string): void {
    for (const search of this.#searches.values()) {
      if (search.stateOf(member) === 'answered') continue;
      const contact = this.#askAgain(search, member);
      if (contact) this.#ask(search, contact);
      else this.#askWhenAllowed(search, member);
    }
  }

  /** A member has proven itself: it is asked at once for what it might not be asked for before. */
  memberProven(member: string): void {
    for (const search of this.#searches.values()) {
      const contact = search.hasToAsk(member) ? this.#askAgain(search, member) : undefined;
      if (contact) this.#ask(search, contact);
    }
  }

  /** A member has left: no answer of it is waited for, unless it may only be badly connected. */
  memberLeft(member: string): void {
    const silent = this.#options.cluster.isSilent(member);
    for (const search of this.#searches.values()) {
      if (!silent || search.stateOf(member) !== 'waiting') search.giveUp(member);
    }
  }

  /** Takes in a File. Returns the offer where someone waits for it. */
  take(file: FileMessage, from: PeerAddress, peer: string): Offer | undefined {
    const { cluster, protocol } = this.#options;
    const extension = protocol === 2 ? file.extension : undefined;
    if (extension?.miss) {
      this.#searches.get(extension.req)?.miss(peer);
      return undefined;
    }
    if (file.method !== 1 || file.port === 0) return undefined;
    const offer: Offer = {
      peer,
      address: { host: from.host, port: file.port },
      version: extension ? 2 : 1,
      size: extension?.size,
      root: extension?.root,
    };
    const takers = this.#takersOf(extension?.req, peer);
    const first = takers.some((search) => !search.hasOffer);
    const times = takers.map((search) => search.offer(offer));
    const took = Math.min(...times.map((time) => time ?? Infinity));
    if (took === Infinity) return undefined;
    cluster.recordAnswer({ from: peer, duration: took, first });
    return offer;
  }

  /** Ends all searches, and what is looked for from now on at once. */
  close(): void {
    this.#closed = true;
    for (const search of this.#searches.values()) search.end();
  }

  #takersOf(req: string | undefined, peer: string): Search[] {
    if (req !== undefined) {
      const search = this.#searches.get(req);
      return search ? [search] : [];
    }
    // Without a request's name an offer is for all that its peer was asked for; who has proven to
    // speak version 2 does not leave the name out.
    if (this.#options.protocol === 2 && this.#options.cluster.isProven(peer)) return [];
    return [...this.#searches.values()].filter((search) => search.hasAsked(peer));
  }

  // Whoever listens to what goes out may end a search with any Get of it.
  #ask(search: Search, { address, quiet, version, extended }: Contact): void {
    if (search.ended) return;
    const attempt = search.noteAsked(address, !quiet);
    const { filename } = search.request;
    const message: GetMessage = extended ? search.request : { type: 'get', filename };
    this.#options.sendTo(address, message, search);
    if (!quiet && this.#options.protocol === 2) this.#askLater(search, address, attempt, version);
  }

  /** A listed member that may not be sent more for now is waited for, and asked when it may be. */
  #askWhenAllowed(search: Search, member: string): void {
    if (this.#options.protocol === 1 || search.ended) return;
    if (search.stateOf(member) !== 'unasked') return;
    search.noteAwaited(member);
    this.#askLater(search, member, 1, 1);
  }

  /** Asks a member once more after a while, if it has not answered by then. */
  #askLater(search: Search, member: string, attempt: number, version: 1 | 2): void {
    const delay = retryDelay(version, attempt);
    const task = (): void => {
      if (search.ended || search.stateOf(member) === 'answered') return;
      const contact = this.#askAgain(search, member);
      if (contact) this.#ask(search, contact);
      // It has not proven itself, and was sent enough: it may do so until next time.
      else search.retry(member, task, delay);
    };
    search.retry(member, task, delay);
  }

  #askAgain(search: Search, member: string): Contact | undefined {
    const { cluster, clock } = this.#options;
    return cluster.chooseContact(
      { address: member, length: lengthOf(search.request) },
      clock.now(),
    );
  }

  #requestFor(filename: string, req: string): GetMessage {
    if (this.#options.protocol === 1) return { type: 'get', filename };
    return { type: 'get', filename, extension: { v: 2, req } };
  }
}

/** How long a request is, in bytes, with its extension line and without. */
function lengthOf(request: GetMessage): RequestLength {
  return { extended: encodeMessage(request).length, plain: plainLength(request.filename) };
}

/** The length of a request of version 1, which cannot ask for every name. */
function plainLength(filename: string): number {
  try {
    return encodeMessage({ type: 'get', filename }).length;
  } catch {
    return Infinity;
  }
}
