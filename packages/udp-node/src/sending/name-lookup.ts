// Looks up the names of members, few at a time.
import { inspect } from 'node:util';
import { ipVersion, normalLocalHost, parsePeerAddress, type PeerAddress } from '@peerlane/protocol';
import type { Clock } from '../system/clock.ts';

/** Finds the IP address of a host name. Rejects if there is none. */
export type Lookup = (host: string) => Promise<string>;

/** The most lookups at a time: they share a few threads with reading files. */
const maxInFlight = 2;

/** The most names from gossip whose answers are remembered. */
const maxGossiped = 1000;

/** The most names from gossip that wait. A further one replaces the oldest. */
const maxWaiting = 100;

interface Known {
  readonly answer: Promise<string>;
  /** When the answer, or the failure, came. */
  at?: number;
  /** The answer, once it has come. */
  address?: string;
}

/** A name that waits for its lookup. */
interface Waiting {
  readonly start: () => void;
  readonly drop: (reason: Error) => void;
}

/** Names of one kind: those of configured members, or those from gossip. */
interface Lane {
  /** The most lookups that it has in flight. */
  readonly maxInFlight: number;
  /** The most names that are remembered. */
  readonly maxKnown: number;
  /** The most names that wait. */
  readonly maxWaiting: number;
  readonly known: Map<string, Known>;
  readonly waiting: Waiting[];
  inFlight: number;
}

function lane(limits: Pick<Lane, 'maxInFlight' | 'maxKnown' | 'maxWaiting'>): Lane {
  return { ...limits, known: new Map(), waiting: [], inFlight: 0 };
}

/** Turns members into addresses that datagrams can go to. */
export class NameLookup {
  readonly #lookup: Lookup;
  readonly #clock: Clock;
  readonly #validity: number;
  // A name waits once, so there are no more of these than configured members.
  readonly #configured = lane({ maxInFlight, maxKnown: Infinity, maxWaiting: Infinity });
  // Names from gossip always leave one lookup for configured members. A slow lookup cannot be cancelled
  // and holds its thread.
  readonly #gossiped = lane({ maxInFlight: maxInFlight - 1, maxKnown: maxGossiped, maxWaiting });

  /** `validity`: how long an answer is used before the name is looked up again, in milliseconds. */
  constructor(lookup: Lookup, clock: Clock, validity: number) {
    this.#lookup = lookup;
    this.#clock = clock;
    this.#validity = validity;
  }

  /**
   * The IP address and port of `host:port`: at once if they are known.
   *
   * @throws the resolver's error if the name has no address; an Error if the resolver returned no IP
   * address, or if too many names wait
   */
  resolve(member: string, configured: boolean): PeerAddress | Promise<PeerAddress> {
    const { host, port } = parsePeerAddress(member);
    if (ipVersion(host) !== undefined) return { host, port };
    const found = this.#find(host, configured ? this.#configured : this.#gossiped);
    if (typeof found === 'string') return { host: found, port };
    return found.then((address) => ({ host: address, port }));
  }

  #find(host: string, lane: Lane): string | Promise<string> {
    const known = lane.known.get(host);
    // A name is looked up once at a time, however long that takes.
    if (known && this.#clock.now() - (known.at ?? Infinity) < this.#validity)
      return known.address ?? known.answer;
    const answer = this.#queue(host, lane)
      .then((address) => (asked.address = address))
      .finally(() => (asked.at = this.#clock.now()));
    const asked: Known = { answer };
    lane.known.delete(host);
    lane.known.set(host, asked);
    const [oldest] = lane.known.keys();
    if (lane.known.size > lane.maxKnown && oldest !== undefined) lane.known.delete(oldest);
    return answer;
  }

  async #queue(host: string, lane: Lane): Promise<string> {
    await new Promise<void>((start, drop) => {
      lane.waiting.push({ start, drop });
      this.#next();
      if (lane.waiting.length <= lane.maxWaiting) return;
      lane.waiting.shift()?.drop(new Error('too many names are waiting to be resolved'));
    });
    try {
      return ipAddress(await this.#lookup(host));
    } finally {
      lane.inFlight -= 1;
      this.#next();
    }
  }

  /** Starts the lookups that may start now, those of configured members first. */
  #next(): void {
    for (const lane of [this.#configured, this.#gossiped]) {
      while (this.#configured.inFlight + this.#gossiped.inFlight < maxInFlight) {
        if (lane.inFlight >= lane.maxInFlight) break;
        // The newest name from gossip goes first: slow names then hold up only older ones.
        const next = lane === this.#configured ? lane.waiting.shift() : lane.waiting.pop();
        if (!next) break;
        lane.inFlight += 1;
        next.start();
      }
    }
  }
}

/** The IP address that a resolver returned, in its normal form. */
function ipAddress(found: unknown): string {
  const host = typeof found === 'string' ? normalLocalHost(found) : undefined;
  if (host === undefined || ipVersion(host) === undefined)
    throw new Error(`the resolver gave no IP address, such as 203.0.113.7, but ${inspect(found)}`);
  return host;
}
