import { inspect } from 'node:util';
import { ipVersion, normalHost, parsePeerAddress, type PeerAddress } from '@peerlane/protocol';
import type { Clock } from '../system/clock.ts';

/** Finds the IP address of a host name, without a zone. Rejects where there is none. */
export type Lookup = (host: string) => Promise<string>;

/** Lookups share a few threads with reading files: this many at a time are let through. */
const maxInFlight = 2;

/** The most names from gossip whose answers are remembered. */
const maxGossiped = 1000;

/** The most names from gossip that wait: for a newer one the oldest is given up. */
const maxWaiting = 100;

interface Known {
  readonly answer: Promise<string>;
  /** When the answer, or the failure, was there. */
  at?: number;
  /** The answer, once it is there. */
  address?: string;
}

/** A name that waits for its lookup. */
interface Waiting {
  readonly start: () => void;
  readonly giveUp: (reason: Error) => void;
}

/** Names of one kind: those that were given, or those that gossip brought. */
interface Lane {
  /** How many lookups it may have in flight. */
  readonly width: number;
  /** How many names may be remembered. */
  readonly room: number;
  /** How many names may wait. */
  readonly queue: number;
  readonly known: Map<string, Known>;
  readonly waiting: Waiting[];
  inFlight: number;
}

function lane(width: number, room: number, queue: number): Lane {
  return { width, room, queue, known: new Map(), waiting: [], inFlight: 0 };
}

/** Turns members into addresses that datagrams can go to. */
export class NameLookup {
  readonly #lookup: Lookup;
  readonly #clock: Clock;
  readonly #validity: number;
  // A name waits once, so these are as many as were given.
  readonly #given = lane(maxInFlight, Infinity, Infinity);
  // Whatever gossip brings, there is a lookup in flight left for the names that were given. A lookup
  // that takes long cannot be called off and holds its thread, so a further one would take that away.
  readonly #gossiped = lane(maxInFlight - 1, maxGossiped, maxWaiting);

  /** `validity`: how long an answer is used before it is asked for again, in milliseconds. */
  constructor(lookup: Lookup, clock: Clock, validity: number) {
    this.#lookup = lookup;
    this.#clock = clock;
    this.#validity = validity;
  }

  /**
   * The IP address and port of `host:port`: at once where they are known.
   *
   * @throws the resolver's error where the name has no address; an Error where what the resolver
   * gave is none, or where too many names wait
   */
  resolve(member: string, configured: boolean): PeerAddress | Promise<PeerAddress> {
    const { host, port } = parsePeerAddress(member);
    if (ipVersion(host) !== undefined) return { host, port };
    const found = this.#find(host, configured ? this.#given : this.#gossiped);
    if (typeof found === 'string') return { host: found, port };
    return found.then((address) => ({ host: address, port }));
  }

  #find(host: string, lane: Lane): string | Promise<string> {
    const known = lane.known.get(host);
    // However long an answer takes, the name is asked for once.
    if (known && this.#clock.now() - (known.at ?? Infinity) < this.#validity)
      return known.address ?? known.answer;
    const answer = this.#queue(host, lane)
      .then((address) => (asked.address = address))
      .finally(() => (asked.at = this.#clock.now()));
    const asked: Known = { answer };
    lane.known.delete(host);
    lane.known.set(host, asked);
    const [oldest] = lane.known.keys();
    if (lane.known.size > lane.room && oldest !== undefined) lane.known.delete(oldest);
    return answer;
  }

  async #queue(host: string, lane: Lane): Promise<string> {
    await new Promise<void>((start, giveUp) => {
      lane.waiting.push({ start, giveUp });
      this.#next();
      if (lane.waiting.length <= lane.queue) return;
      lane.waiting.shift()?.giveUp(new Error('too many names are waiting for their lookup'));
    });
    try {
      return ipAddress(await this.#lookup(host));
    } finally {
      lane.inFlight -= 1;
      this.#next();
    }
  }

  /** Starts what may start now, names that were given first. */
  #next(): void {
    for (const lane of [this.#given, this.#gossiped]) {
      while (this.#given.inFlight + this.#gossiped.inFlight < maxInFlight) {
        if (lane.inFlight >= lane.width) break;
        // The newest from gossip first: then whoever tells names that take long holds up only those
        // that were told before.
        const next = lane === this.#given ? lane.waiting.shift() : lane.waiting.pop();
        if (!next) break;
        lane.inFlight += 1;
        next.start();
      }
    }
  }
}

/** The IP address that a resolver returned, in its normal form. */
function ipAddress(found: unknown): string {
  const host = typeof found === 'string' ? normalHost(found) : undefined;
  if (host === undefined || ipVersion(host) === undefined)
    throw new Error(`the resolver gave no IP address, such as 203.0.113.7, but ${inspect(found)}`);
  return host;
}
