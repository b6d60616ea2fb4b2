import { lookup } from 'node:dns/promises';
import { parsePeerAddress, type PeerAddress } from '@peerlane/protocol';
import type { Clock } from './clock.ts';

/** Finds the IP address of a host name. Rejects where there is none. */
export type Lookup = (host: string) => Promise<string>;

/** The system's own resolver: hosts file, DNS, and what else it is set up for. */
export const systemLookup: Lookup = async (host) => (await lookup(host)).address;

/** Lookups share a few threads with reading files: this many at a time are let through. */
const maxInFlight = 2;

/** The most names from gossip that wait, and that are remembered; further ones fail at once. */
const maxGossiped = 1000;

interface Known {
  readonly at: number;
  readonly answer: Promise<string>;
  /** The answer, once it is there. */
  address?: string;
}

/** Names of one kind: those that were given, or those that gossip brought. */
interface Lane {
  /** How many lookups it may have in flight. */
  readonly width: number;
  /** How many names may wait in it, and be remembered. */
  readonly room: number;
  readonly known: Map<string, Known>;
  readonly waiting: (() => void)[];
  inFlight: number;
}

function lane(width: number, room: number): Lane {
  return { width, room, known: new Map(), waiting: [], inFlight: 0 };
}

/** Turns members into addresses that datagrams can go to. */
export class NameLookup {
  readonly #lookup: Lookup;
  readonly #clock: Clock;
  readonly #validity: number;
  readonly #given = lane(maxInFlight, Infinity);
  // Whatever gossip brings, there is a lookup in flight left for the names that were given.
  readonly #gossiped = lane(maxInFlight - 1, maxGossiped);

  /** `validity`: how long an answer is used before it is asked for again, in milliseconds. */
  constructor(lookup: Lookup, clock: Clock, validity: number) {
    this.#lookup = lookup;
    this.#clock = clock;
    this.#validity = validity;
  }

  /**
   * The IP address and port of `host:port`: at once where they are known.
   *
   * @throws the resolver's error where the name has no address
   */
  resolve(member: string, configured: boolean): PeerAddress | Promise<PeerAddress> {
    const { host, port } = parsePeerAddress(member);
    if (isIpAddress(host)) return { host, port };
    const found = this.#find(host, configured ? this.#given : this.#gossiped);
    if (typeof found === 'string') return { host: found, port };
    return found.then((address) => ({ host: address, port }));
  }

  #find(host: string, lane: Lane): string | Promise<string> {
    const known = lane.known.get(host);
    if (known && this.#clock.now() - known.at < this.#validity)
      return known.address ?? known.answer;
    const answer = this.#queue(host, lane).then((address) => (asked.address = address));
    const asked: Known = { at: this.#clock.now(), answer };
    lane.known.delete(host);
    lane.known.set(host, asked);
    const [oldest] = lane.known.keys();
    if (lane.known.size > lane.room && oldest !== undefined) lane.known.delete(oldest);
    return answer;
  }

  async #queue(host: string, lane: Lane): Promise<string> {
    if (lane.waiting.length >= lane.room)
      throw new Error('too many names are waiting for their lookup');
    await new Promise<void>((resolve) => {
      lane.waiting.push(resolve);
      this.#next();
    });
    try {
      return await this.#lookup(host);
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
        const start = lane.waiting.shift();
        if (!start) break;
        lane.inFlight += 1;
        start();
      }
    }
  }
}

/** Whether a host is an IP address, and no name. */
export function isIpAddress(host: string): boolean {
  // A host name never ends in a label of digits alone, and never holds a colon.
  return host.includes(':') || /\.\d+$/.test(host);
}
