// What a machine is offered: each send is decided once, and what was accepted is fetched.
import type { SendFailure, SendOffer } from '@peerlane/protocol';
import { systemClock, type Clock } from '../clock.ts';
import { FairTurns } from '../limits/fair-turns.ts';
import { machineOf } from '../limits/machine.ts';
import { checkTargetName } from '../storage/target-name.ts';
import type { FetchContext, IncomingOffer, OfferAnswer, OfferReceiver } from './incoming-send.ts';
import { ItemRecord } from './item-record.ts';
import { MachineCounts, type Bounds } from './machine-counts.ts';
import { SendRecord, type Decision } from './send-record.ts';

/** What decides about offers, and fetches what was accepted. */
export interface IncomingOffersOptions {
  /**
   * Decides whether a send is wanted: asked once, with the first thing of it. A failure declines.
   *
   * @param signal is aborted when the sender has not asked for 30 seconds, and when the receiver is closed
   */
  readonly decide: (first: IncomingOffer, signal: AbortSignal) => Promise<boolean>;
  /** Is called when a send was decided, or was withdrawn before. */
  readonly onDecided?: (first: IncomingOffer, as: Decision) => void;
  /** Is called each time that a sender has got the answer that a thing is there, or could not be had. */
  readonly onTold?: (item: IncomingOffer, first: IncomingOffer) => void;
  /**
   * Fetches a thing that was accepted, and resolves with the reason if that has failed. A rejection counts as
   * `cancelled`.
   */
  readonly fetch: (item: IncomingOffer, context: FetchContext) => Promise<SendFailure | undefined>;
  /** @default the clock of this machine */
  readonly clock?: Clock;
}

/** How many things are fetched at a time. */
const maxFetches = 4;

/** How many sends may wait for a decision: of one machine, and in all. */
export const maxUndecided: Bounds = { ofMachine: 8, ofAll: 64 };

/** How many things may wait for a decision or be fetched: of one machine, and in all. */
export const maxPending: Bounds = { ofMachine: 256, ofAll: 1024 };

/** How many sends, and how many things of them, are remembered that have ended. */
export const maxRemembered: { readonly sends: number; readonly items: number } = {
  sends: 1024,
  items: 4096,
};

/** How long those are remembered that are not asked for, in milliseconds. */
const memory = 10 * 60_000;

/** For this long a failure is told; the same offer afterwards begins again, in milliseconds. */
const failureTime = 1000;

const kinds: ReadonlySet<string> = new Set(['file', 'folder', 'text']);

/** Why questions end when the receiver is closed. */
const closed = new Error('the receiver was closed');

/**
 * The sends that machines offer to this one. All things that have one `send` and come from one machine are one
 * send: the first offer asks `decide`, and its answer counts for as many things and bytes as were told then.
 * What was accepted is fetched by `fetch`, four things at a time, and machines in turn.
 *
 * @see docs/protocol.md, "Accept"
 */
export class IncomingOffers implements OfferReceiver {
  readonly #options: IncomingOffersOptions;
  readonly #clock: Clock;
  /** By machine and send; that which was asked for longest ago comes first. */
  readonly #sends = new Map<string, SendRecord>();
  /** By send, kind, root, size and name; that which has ended and was asked for longest ago comes first. */
  readonly #items = new Map<string, ItemRecord>();
  readonly #undecided = new MachineCounts(maxUndecided);
  readonly #pending = new MachineCounts(maxPending);
  readonly #turns = new FairTurns(maxFetches);
  readonly #closing = new AbortController();
  readonly #fetching = new Set<Promise<void>>();

  constructor(options: IncomingOffersOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Answers an offer. A thing that has failed is fetched again if it is offered a second after that.
   *
   * @param host the IP address of the sender
   */
  receive(offer: SendOffer, host: string): OfferAnswer | 'busy' {
    if (this.#closing.signal.aborted) return 'busy';
    if (!kinds.has(offer.kind) || !isSafeName(offer.filename)) return { state: 'declined' };
    this.#forget();
    const machine = machineOf(host);
    const key = `${machine} ${offer.send}`;
    const itemKey = itemKeyOf(key, offer);
    const known = this.#items.get(itemKey);
    const send = known?.send ?? this.#sends.get(key) ?? this.#begin(key, { offer, host }, machine);
    if (!send) return 'busy';
    send.askedAt = this.#clock.now();
    if (this.#sends.get(key) === send) moveToEnd(this.#sends, key, send);
    if (send.state === 'declined') return { state: 'declined' };
    const item = known ?? this.#add(itemKey, send, offer, host);
    if (!(item instanceof ItemRecord)) return item;
    moveToEnd(this.#items, itemKey, item);
    item.offer = offer;
    if (item.state === 'failed' && this.#clock.now() - item.endedAt >= failureTime) {
      if (!this.#pending.hasRoom(machine)) return 'busy';
      this.#pending.add(machine);
      this.#fetch(item, host);
    }
    item.peers.add(offer.peers);
    return item.answer;
  }

  answered(offer: SendOffer, host: string, { state }: OfferAnswer): void {
    if (state !== 'received' && state !== 'failed') return;
    const item = this.#items.get(itemKeyOf(`${machineOf(host)} ${offer.send}`, offer));
    if (item) this.#options.onTold?.({ offer, host }, item.send.first);
  }

  /** How many sends and things are remembered, those among them that have not ended. */
  get size(): { readonly sends: number; readonly items: number } {
    return { sends: this.#sends.size, items: this.#items.size };
  }

  /** Withdraws all questions and aborts all fetches. Resolves when these have ended. */
  async close(): Promise<void> {
    this.#closing.abort(closed);
    for (const send of this.#sends.values()) send.withdraw(closed);
    await Promise.all(this.#fetching);
  }

  /** @returns `undefined` if there is too much already */
  #begin(key: string, first: IncomingOffer, machine: string): SendRecord | undefined {
    if (!this.#undecided.hasRoom(machine) || !this.#pending.hasRoom(machine)) return undefined;
    const send = new SendRecord(first, machine, this.#clock);
    this.#sends.set(key, send);
    this.#undecided.add(machine);
    const ask = async (signal: AbortSignal): Promise<boolean> =>
      this.#options.decide(first, signal);
    send.decide(ask, (as) => {
      this.#decided(key, send, as);
      this.#options.onDecided?.(first, as);
    });
    return send;
  }

  #decided(key: string, send: SendRecord, as: Decision): void {
    this.#undecided.remove(send.machine);
    if (as === 'withdrawn') this.#sends.delete(key);
    for (const itemKey of send.waiting) {
      if (as === 'accepted') {
        this.#fetch(this.#items.get(itemKey)!, send.first.host);
      } else {
        this.#items.delete(itemKey);
        this.#pending.remove(send.machine);
      }
    }
    send.waiting.clear();
  }

  #add(
    key: string,
    send: SendRecord,
    offer: SendOffer,
    host: string,
  ): ItemRecord | OfferAnswer | 'busy' {
    if (!this.#pending.hasRoom(send.machine)) return 'busy';
    if (!send.admits(offer.size)) return { state: 'declined' };
    const item = new ItemRecord(send, offer);
    this.#items.set(key, item);
    this.#pending.add(send.machine);
    if (send.state === 'accepted') this.#fetch(item, host);
    else send.waiting.add(key);
    return item;
  }

  #fetch(item: ItemRecord, host: string): void {
    item.begin();
    const { offer, peers } = item;
    const { first } = item.send;
    const { signal } = this.#closing;
    const onDone = (bytes: number): void => {
      item.note(bytes);
    };
    const fetching = this.#turns
      .run(item.send.machine, async () =>
        signal.aborted
          ? 'cancelled'
          : this.#options.fetch({ offer, host }, { first, signal, onDone, peers }),
      )
      .catch((): SendFailure => 'cancelled')
      .then((reason) => {
        item.end(reason, this.#clock.now());
        this.#pending.remove(item.send.machine);
        this.#fetching.delete(fetching);
      });
    this.#fetching.add(fetching);
  }

  /** Forgets what has ended and was not asked for long, and the oldest of what is too much. */
  #forget(): void {
    const old = this.#clock.now() - memory;
    for (const [key, send] of this.#sends) {
      if (this.#sends.size < maxRemembered.sends && send.askedAt > old) break;
      if (send.isIdle) this.#sends.delete(key);
    }
    for (const [key, { state, send }] of this.#items) {
      if (this.#items.size < maxRemembered.items && send.askedAt > old) break;
      if (state === 'received' || state === 'failed') this.#items.delete(key);
    }
  }
}

/** The size is in it: what was accepted as small must not become large. */
function itemKeyOf(sendKey: string, { kind, root, size, filename }: SendOffer): string {
  return `${sendKey} ${kind} ${root} ${size} ${filename}`;
}

/** Whether a file of that name could be written here. */
function isSafeName(filename: string): boolean {
  try {
    checkTargetName({ filename });
    return true;
  } catch {
    return false;
  }
}

function moveToEnd<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
}
