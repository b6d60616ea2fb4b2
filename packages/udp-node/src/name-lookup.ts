import { lookup } from 'node:dns/promises';
import { parsePeerAddress, type PeerAddress } from '@peerlane/protocol';
import type { Clock } from './clock.ts';

/** Finds the IP address of a host name. Rejects where there is none. */
export type Lookup = (host: string) => Promise<string>;

/** The system's own resolver: hosts file, DNS, and what else it is set up for. */
export const systemLookup: Lookup = async (host) => (await lookup(host)).address;

/** Lookups share a few threads with reading files: this many at a time are let through. */
const maxInFlight = 2;

/** Names that gossip brought take at most this many of those, so that they hold up no others. */
const maxGossiped = 1;

/** The most names that wait; further ones fail at once. */
const maxWaiting = 1000;

interface Waiting {
  readonly configured: boolean;
  readonly start: () => void;
}

interface Known {
  readonly at: number;
  readonly answer: Promise<string>;
}

/** Turns members into addresses that datagrams can go to. */
export class NameLookup {
  readonly #lookup: Lookup;
  readonly #clock: Clock;
  readonly #validity: number;
  readonly #known = new Map<string, Known>();
  readonly #waiting: Waiting[] = [];
  #inFlight = 0;
  #gossiped = 0;

  /** `validity`: how long an answer is used before it is asked for again, in milliseconds. */
  constructor(lookup: Lookup, clock: Clock, validity: number) {
    this.#lookup = lookup;
    this.#clock = clock;
    this.#validity = validity;
  }

  /**
   * The IP address and port of `host:port`: at once where no lookup is needed.
   *
   * @throws the resolver's error where the name has no address
   */
  resolve(member: string, configured: boolean): PeerAddress | Promise<PeerAddress> {
    const { host, port } = parsePeerAddress(member);
    if (isIpAddress(host)) return { host, port };
    return this.#find(host, configured).then((found) => ({ host: found, port }));
  }

  #find(host: string, configured: boolean): Promise<string> {
    const known = this.#known.get(host);
    if (known && this.#clock.now() - known.at < this.#validity) return known.answer;
    const answer = this.#queue(host, configured);
    this.#known.delete(host);
    this.#known.set(host, { at: this.#clock.now(), answer });
    const [oldest] = this.#known.keys();
    if (this.#known.size > maxWaiting && oldest !== undefined) this.#known.delete(oldest);
    return answer;
  }

  async #queue(host: string, configured: boolean): Promise<string> {
    if (this.#waiting.length >= maxWaiting)
      throw new Error('too many names are waiting for their lookup');
    await new Promise<void>((resolve) => {
      this.#waiting.push({ configured, start: resolve });
      this.#next();
    });
    try {
      return await this.#lookup(host);
    } finally {
      this.#inFlight -= 1;
      if (!configured) this.#gossiped -= 1;
      this.#next();
    }
  }

  #next(): void {
    if (this.#inFlight >= maxInFlight) return;
    const mayGossip = this.#gossiped < maxGossiped;
    let index = this.#waiting.findIndex(({ configured }) => configured);
    if (index === -1 && mayGossip) index = 0;
    const [next] = index === -1 ? [] : this.#waiting.splice(index, 1);
    if (!next) return;
    this.#inFlight += 1;
    if (!next.configured) this.#gossiped += 1;
    next.start();
    this.#next();
  }
}

function isIpAddress(host: string): boolean {
  // A host name never ends in a label of digits alone, and never holds a colon.
  return host.includes(':') || /\.\d+$/.test(host);
}
