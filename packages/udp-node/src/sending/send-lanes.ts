// The messages that wait to be sent, in lanes by their kind and by how sure their host is.
import type { Message, PeerAddress } from '@peerlane/protocol';
import type { Standing } from './reachability.ts';
import type { Kind } from './send-window.ts';

/** Messages for one address that are sent for one reason. */
export interface Parcel {
  readonly kind: Kind;
  readonly to: PeerAddress;
  /** `to` as `host:port`. */
  readonly peer: string;
  /** Each is one datagram. */
  readonly messages: readonly Message[];
  /** If a parcel with the same key waits, this one replaces it; `undefined` replaces nothing. */
  readonly key: string | undefined;
  /** Whether the others wait until the receiver has answered the first message. */
  readonly inSteps: boolean;
  /** Whether it need not be sent any more. */
  readonly isObsolete: () => boolean;
}

/** A parcel of which at least one message waits. */
export interface Waiting {
  parcel: Parcel;
  /** How many of its messages have been sent. */
  sent: number;
  /** The lane in which it waits; `undefined` while it waits for an answer of its receiver. */
  lane: Set<Waiting> | undefined;
  /** Until when it waits for that answer, in milliseconds. */
  until: number;
}

/** The most parcels that wait in a lane. A further one replaces the oldest. */
export const maxWaiting: Readonly<Record<Kind, number>> = {
  answer: 256,
  ask: 10_000,
  greet: 10_000,
};

type Lanes = Readonly<Record<Standing, Set<Waiting>>>;

function lanes(): Lanes {
  return { reachable: new Set(), known: new Set(), heard: new Set(), unknown: new Set() };
}

/**
 * The parcels that wait to be sent: a lane for each kind and standing. The oldest parcel of a lane is
 * first, but the newest answer: if there are too many, old answers are of no use to anybody.
 */
export class SendLanes {
  readonly #lanes: Readonly<Record<Kind, Lanes>> = {
    answer: lanes(),
    ask: lanes(),
    greet: lanes(),
  };
  readonly #byKey = new Map<string, Waiting>();
  readonly #byHost = new Map<string, Set<Waiting>>();
  /** The parcels that wait for an answer of their receiver, by their key, the oldest first. */
  readonly #held = new Map<string, Waiting>();
  #size = 0;

  /** How many parcels wait for their turn. */
  get size(): number {
    return this.#size;
  }

  /** Makes a parcel wait. Returns the parcel that is dropped for it, if any. */
  add(parcel: Parcel, standing: Standing): Parcel | undefined {
    const { kind, key = '', messages } = parcel;
    const held = this.#held.get(key);
    if (held && messages.length > 1) this.remove(held);
    const earlier = this.#byKey.get(key);
    if (earlier) {
      // A list that has begun to leave goes on, and one that waits says all that a ping would say.
      if (earlier.sent === 0 && messages.length >= earlier.parcel.messages.length)
        earlier.parcel = parcel;
      return undefined;
    }
    const lane = this.#lanes[kind][standing];
    const [oldest] = lane;
    const dropped = lane.size >= maxWaiting[kind] ? oldest : undefined;
    if (dropped) this.remove(dropped);
    const waiting: Waiting = { parcel, sent: 0, lane: undefined, until: Infinity };
    const { host } = parcel.to;
    this.#byHost.set(host, (this.#byHost.get(host) ?? new Set()).add(waiting));
    if (parcel.key !== undefined) this.#byKey.set(key, waiting);
    this.#enter(waiting, lane);
    return dropped?.parcel;
  }

  /** The next parcel of a lane. */
  first(kind: Kind, standing: Standing): Waiting | undefined {
    const lane = this.#lanes[kind][standing];
    if (lane.size === 0) return undefined;
    for (const waiting of kind === 'answer' ? [...lane].reverse() : lane) {
      if (!waiting.parcel.isObsolete()) return waiting;
      this.remove(waiting);
    }
    return undefined;
  }

  /** Makes the rest of a parcel wait for an answer of its receiver. */
  hold(waiting: Waiting, until: number): void {
    this.#leave(waiting);
    const { key = '' } = waiting.parcel;
    this.#byKey.delete(key);
    this.#held.set(key, Object.assign(waiting, { until }));
  }

  /** A host is reachable: everything that waits for it may leave. */
  release(host: string): void {
    for (const waiting of this.#byHost.get(host) ?? []) {
      this.#held.delete(waiting.parcel.key ?? '');
      this.#leave(waiting);
      this.#enter(waiting, this.#lanes[waiting.parcel.kind].reachable);
    }
  }

  /** Drops parcels that have waited for an answer for too long. */
  expire(now: number): void {
    for (const waiting of this.#held.values()) {
      if (waiting.until > now) return;
      this.remove(waiting);
    }
  }

  remove(waiting: Waiting): void {
    const { key = '', to } = waiting.parcel;
    this.#leave(waiting);
    if (this.#byKey.get(key) === waiting) this.#byKey.delete(key);
    if (this.#held.get(key) === waiting) this.#held.delete(key);
    const ofHost = this.#byHost.get(to.host);
    ofHost?.delete(waiting);
    if (ofHost?.size === 0) this.#byHost.delete(to.host);
  }

  /** Drops everything. */
  clear(): void {
    for (const ofHost of this.#byHost.values()) for (const waiting of ofHost) this.remove(waiting);
  }

  #enter(waiting: Waiting, lane: Set<Waiting>): void {
    waiting.lane = lane.add(waiting);
    this.#size += 1;
  }

  #leave(waiting: Waiting): void {
    if (waiting.lane?.delete(waiting)) this.#size -= 1;
    waiting.lane = undefined;
  }
}
