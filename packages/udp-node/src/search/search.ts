// One search: asks the members for a file or a folder, asks again until they answer, and gives out their offers.
import type { Cluster, Contact } from '@peerlane/cluster';
import type { GetMessage } from '@peerlane/protocol';
import type { Timer } from '../system/clock.ts';
import { AskedMembers, type Asked } from './asked-members.ts';
import type { FindSettings } from './find-options.ts';
import type { Offer } from './offer.ts';
import { requestFor, type Question, type Request } from './request.ts';
import { attemptAfterOffer, Retries, retryDelay } from './retries.ts';
import type { SearchSettings } from './search-settings.ts';
import { SilenceWatch } from './silence-watch.ts';
import { WaitingOffers } from './waiting-offers.ts';

/** The options of a {@link Search}, and the parts of a node that it uses. */
export interface SearchOptions extends FindSettings, Question {
  readonly settings: SearchSettings;
  readonly cluster: Cluster;
  /** Sends to a member on behalf of the search. */
  readonly sendTo: (member: string, message: GetMessage, search: Search) => void;
  /** Called once, when the search has ended. */
  readonly onEnd: (search: Search) => void;
  /** Pings a member that does not answer. */
  readonly probe: (member: string) => void;
}

/**
 * One question, "who has this file?", or folder, and its answers as they come. Iterating ends when the search
 * does, and throws the signal's reason if that was aborted. By asking for another offer a reader says
 * that the last one led nowhere.
 */
export class Search implements AsyncIterableIterator<Offer, undefined> {
  readonly req: string;
  readonly #options: SearchOptions;
  readonly request: Request;
  readonly #asked: AskedMembers;
  readonly #offers = new WaitingOffers();
  readonly #silence: SilenceWatch;
  readonly #deadline: Timer;
  readonly #retries: Retries;
  readonly #startedAt: number;
  /** Readers that wait for an offer. */
  readonly #readers: (() => void)[] = [];
  #lastOffer: Offer | undefined;
  #hasOffer = false;
  #ended = false;

  constructor(options: SearchOptions) {
    const { settings, cluster, req, signal, timeout, onAllAnswered } = options;
    this.#options = options;
    this.#asked = new AskedMembers(() => cluster.hasConverged && onAllAnswered?.());
    this.request = requestFor(options, settings.protocol);
    this.#retries = new Retries(settings.clock);
    this.req = req;
    this.#startedAt = settings.clock.now();
    this.#silence = new SilenceWatch(options, this.#asked, this.end);
    this.#deadline = settings.clock.schedule(this.end, timeout);
    signal?.addEventListener('abort', this.end);
    if (signal?.aborted) this.end();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether any offer has come. */
  get hasOffer(): boolean {
    return this.#hasOffer;
  }

  /** Asks every member that may be asked now, and the others as soon as they may be. */
  start(): void {
    const { cluster } = this.#options;
    const members = cluster.members();
    // If all have fallen silent, they are waited for all the same.
    for (const contact of cluster.chooseContacts(this.request.length, this.#now()))
      this.#ask(contact, members.length === 0 || !contact.quiet);
    for (const { address } of members) this.#askWhenAllowed(address);
    this.#endIfHopeless();
    if (!this.#ended) this.#silence.start();
  }

  /** The node has been told of the members that others know. */
  converged(): void {
    this.#endIfHopeless();
  }

  /** A member has joined: it is asked. */
  memberJoined(member: string): void {
    if (this.#asked.stateOf(member) === 'answered') return;
    const contact = this.#chooseAgain(member);
    if (contact) this.#ask(contact);
    else this.#askWhenAllowed(member);
  }

  /** A member has proven itself: it is asked at once if it could not be asked before. */
  memberProven(member: string): void {
    const contact = this.#asked.isOnlyAwaited(member) ? this.#chooseAgain(member) : undefined;
    if (contact) this.#ask(contact);
  }

  /**
   * A member has left: its answer is not waited for any more, and it is asked anew if it comes back.
   * Unless it `isSilent`: then it may only be badly connected.
   */
  memberLeft(member: string, isSilent: boolean): void {
    if (isSilent && this.#asked.stateOf(member) === 'waiting') return;
    if (!this.#asked.delete(member)) return;
    this.#retries.cancel(member);
    this.#endIfHopeless();
  }

  /** Notes at which IP address and port a member was asked. */
  noteEndpoint(member: string, endpoint: string): void {
    this.#asked.noteEndpoint(member, endpoint);
  }

  /** Whether the peer at this IP address and port was asked. */
  hasAsked(endpoint: string): boolean {
    return this.#asked.memberAt(endpoint) !== undefined;
  }

  /** Hands in an offer. Returns how many milliseconds it took; `undefined` if it is refused. */
  offer(offer: Offer): number | undefined {
    if (this.#ended) return undefined;
    const asked = this.#asked.askedAt(offer.peer);
    if (!this.#offers.add(offer, asked !== undefined)) return undefined;
    if (asked) this.#asked.change(asked, { answer: 'offer', hasOffered: true });
    this.#hasOffer = true;
    if (this.#options.until === 'first') this.end();
    else this.#wake();
    return this.#now() - (asked?.at ?? this.#startedAt);
  }

  /** The peer at this address does not have the file. */
  miss(endpoint: string): void {
    this.#noteMiss(this.#asked.askedAt(endpoint));
  }

  /** Ends the search. Offers that wait can still be read. */
  readonly end = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.#deadline.cancel();
    this.#silence.cancel();
    this.#retries.clear();
    this.#options.signal?.removeEventListener('abort', this.end);
    this.#options.onEnd(this);
    this.#wake();
  };

  async next(): Promise<IteratorResult<Offer, undefined>> {
    const { signal, cluster } = this.#options;
    this.#askAgainForOffer();
    for (;;) {
      signal?.throwIfAborted();
      const offer = this.#offers.remove((peer) => cluster.answerTime(peer));
      if (offer) {
        this.#lastOffer = offer;
        return { done: false, value: offer };
      }
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#readers.push(resolve);
      });
    }
  }

  return(): Promise<IteratorResult<Offer, undefined>> {
    this.#offers.clear();
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #ask({ address, quiet, version, extended }: Contact, awaited = !quiet): void {
    // A listener to what goes out may end the search with any Get of it.
    if (this.#ended) return;
    const { settings, filename, sendTo } = this.#options;
    const attempt = this.#asked.noteAsked(address, awaited, this.#now());
    sendTo(address, extended ? this.request.message : { type: 'get', filename }, this);
    if (awaited && settings.protocol === 2) this.#askLater(address, attempt, version);
  }

  /** Waits for a listed member that may not be sent more for now, and asks it when that is allowed. */
  #askWhenAllowed(member: string): void {
    if (this.#options.settings.protocol === 1 || this.#ended) return;
    if (this.#asked.stateOf(member) !== 'unasked') return;
    const asked = this.#asked.note(member, this.#now());
    const answer = this.#hasNoFolders(member) ? 'miss' : 'none';
    this.#asked.change(asked, { awaited: true, answer });
    if (answer === 'none') this.#askLater(member, 1, this.#options.settings.lowestProtocol);
  }

  /** Asks a member once more after a while, if it has not answered by then. */
  #askLater(member: string, attempt: number, version: 1 | 2): void {
    const delay = retryDelay(version, attempt);
    const task = (): void => {
      if (this.#ended || this.#asked.stateOf(member) === 'answered') return;
      const contact = this.#chooseAgain(member);
      if (contact) this.#ask(contact);
      else if (this.#hasNoFolders(member)) this.#noteMiss(this.#asked.get(member));
      // It has not proven itself, and its allowance is used up. It may have proven itself by next time.
      else this.#retries.schedule(member, task, delay);
    };
    if (!this.#ended) this.#retries.schedule(member, task, delay);
  }

  /** Whether a folder is searched for, and a member speaks version 1: that counts as its answer. */
  #hasNoFolders(member: string): boolean {
    return this.request.kind === 'folder' && this.#options.cluster.isOfVersion1(member);
  }

  #noteMiss(asked: Asked | undefined): void {
    if (asked?.answer === 'none') this.#asked.change(asked, { answer: 'miss' });
    this.#endIfHopeless();
  }

  #chooseAgain(member: string): Contact | undefined {
    const { length } = this.request;
    return this.#options.cluster.chooseContact({ address: member, length }, this.#now());
  }

  /** The last offer led nowhere: its member is asked again, and may offer again. */
  #askAgainForOffer(): void {
    const member = this.#asked.memberAt(this.#lastOffer?.peer ?? '');
    const asked = this.#asked.get(member ?? '');
    this.#lastOffer = undefined;
    if (member === undefined || asked?.answer !== 'offer' || this.#ended) return;
    this.#asked.change(asked, { answer: 'none', since: this.#now() });
    const { cluster, settings } = this.#options;
    const version = cluster.isProven(member) ? 2 : settings.lowestProtocol;
    if (settings.protocol === 2) this.#askLater(member, attemptAfterOffer, version);
  }

  /** Ends the search if every member has said no, and none is left that others know and this node does not. */
  #endIfHopeless(): void {
    if (this.#asked.hopeless && this.#options.cluster.hasConverged) this.end();
  }

  #wake(): void {
    for (const wake of this.#readers.splice(0)) wake();
  }

  #now(): number {
    return this.#options.settings.clock.now();
  }
}
