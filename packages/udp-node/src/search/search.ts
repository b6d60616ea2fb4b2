import type { GetMessage } from '@peerlane/protocol';
import { AskedMembers, type Asked } from './asked-members.ts';
import type { Clock, Timer } from '../system/clock.ts';
import type { Offer } from './offer.ts';
import { WaitingOffers } from './waiting-offers.ts';

/** How a search goes. */
export interface SearchOptions {
  /** What everyone is asked. */
  readonly request: GetMessage;
  /** Names this search to version 2 peers: 16 hexadecimal digits. */
  readonly req: string;
  /** In milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  readonly clock: Clock;
  /** How fast a peer has answered so far: of several offers the fastest peer's is taken first. */
  readonly answersIn: (peer: string) => number;
  /** Called once, when the search has ended. */
  readonly onEnd: (search: Search) => void;
  /** Called when the offer of a member led nowhere and more are wanted. */
  readonly onReopened: (search: Search, member: string) => void;
}

/**
 * One question, "who has this file?", and its answers as they come. Iterating ends when the time is
 * up or when everyone has said no, and throws the signal's reason where that was aborted. Who takes
 * a further offer says by that that the last one led nowhere.
 */
export class Search implements AsyncIterableIterator<Offer, undefined> {
  readonly request: GetMessage;
  readonly req: string;
  readonly #options: SearchOptions;
  readonly #asked = new AskedMembers();
  readonly #offers = new WaitingOffers();
  readonly #deadline: Timer;
  /** When each member is asked once more. */
  readonly #retries = new Map<string, Timer>();
  readonly #startedAt: number;
  /** Readers that wait for an offer. */
  readonly #readers: (() => void)[] = [];
  #taken: Offer | undefined;
  #hasOffer = false;
  #ended = false;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.request = options.request;
    this.req = options.req;
    this.#startedAt = options.clock.now();
    this.#deadline = options.clock.schedule(this.end, options.timeout);
    options.signal?.addEventListener('abort', this.end);
    if (options.signal?.aborted) this.end();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether someone has made an offer, taken or not. */
  get hasOffer(): boolean {
    return this.#hasOffer;
  }

  /** Sets when a member is asked next, in the place of what was set before. */
  retry(member: string, task: () => void, delay: number): void {
    if (this.#ended) return;
    this.#retries.get(member)?.cancel();
    this.#retries.set(member, this.#options.clock.schedule(task, delay));
  }

  /** Notes that the answer of a member is waited for. */
  noteAwaited(member: string): void {
    const asked = this.#asked.note(member, this.#options.clock.now());
    this.#asked.change(asked, { awaited: true });
  }

  /** Notes that a member is asked now. Returns how often it has been. */
  noteAsked(member: string, awaited: boolean): number {
    const asked = this.#asked.note(member, this.#options.clock.now());
    asked.attempts += 1;
    if (awaited) this.#asked.change(asked, { awaited });
    return asked.attempts;
  }

  /** Notes at which IP address and port a member was asked. */
  noteEndpoint(member: string, endpoint: string): void {
    this.#asked.noteEndpoint(member, endpoint);
  }

  /** Whether a member has been asked and is waited for, and whether it has answered. */
  stateOf(member: string): 'unasked' | 'waiting' | 'answered' {
    const asked = this.#asked.get(member);
    if (asked && asked.answer !== 'none') return 'answered';
    return asked?.awaited ? 'waiting' : 'unasked';
  }

  /** Whether a member is to be asked that never was. */
  hasToAsk(member: string): boolean {
    const asked = this.#asked.get(member);
    return asked?.awaited === true && asked.attempts === 0;
  }

  /** Whether the peer at this IP address and port was asked. */
  hasAsked(endpoint: string): boolean {
    return this.#asked.memberAt(endpoint) !== undefined;
  }

  /** Hands in an offer. Returns how long it took, in milliseconds; `undefined` where it is not taken. */
  offer(offer: Offer): number | undefined {
    if (this.#ended) return undefined;
    const asked = this.#askedAt(offer.peer);
    if (!this.#offers.add(offer, asked !== undefined)) return undefined;
    if (asked) this.#asked.change(asked, { answer: 'offer' });
    this.#hasOffer = true;
    this.#wake();
    return this.#options.clock.now() - (asked?.at ?? this.#startedAt);
  }

  /** A member is thought to be gone: it is not waited for any more, and asked anew if it comes back. */
  giveUp(member: string): void {
    if (!this.#asked.delete(member)) return;
    this.#retries.get(member)?.cancel();
    this.#retries.delete(member);
    this.#endIfHopeless();
  }

  /** The peer at this address does not have the file. */
  miss(endpoint: string): void {
    const asked = this.#askedAt(endpoint);
    if (asked?.answer !== 'none') return;
    this.#asked.change(asked, { answer: 'miss' });
    this.#endIfHopeless();
  }

  /** Ends the search where everyone who is thought to be there has said no. */
  #endIfHopeless(): void {
    if (this.#asked.hopeless) this.end();
  }

  /** Ends the search; offers that wait can still be taken. */
  readonly end = (): void => {
    if (this.#ended) return;
    this.#ended = true;
    this.#deadline.cancel();
    for (const timer of this.#retries.values()) timer.cancel();
    this.#options.signal?.removeEventListener('abort', this.end);
    this.#options.onEnd(this);
    this.#wake();
  };

  async next(): Promise<IteratorResult<Offer, undefined>> {
    this.#reopen();
    for (;;) {
      this.#options.signal?.throwIfAborted();
      const offer = this.#offers.take(this.#options.answersIn);
      if (offer) {
        this.#taken = offer;
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

  #wake(): void {
    for (const wake of this.#readers.splice(0)) wake();
  }

  #askedAt(endpoint: string): Asked | undefined {
    return this.#asked.get(this.#asked.memberAt(endpoint) ?? '');
  }

  #reopen(): void {
    const member = this.#asked.memberAt(this.#taken?.peer ?? '');
    const asked = this.#asked.get(member ?? '');
    this.#taken = undefined;
    if (member === undefined || asked?.answer !== 'offer' || this.#ended) return;
    this.#asked.change(asked, { answer: 'none' });
    this.#options.onReopened(this, member);
  }
}
