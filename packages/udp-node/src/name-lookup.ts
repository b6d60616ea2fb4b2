import { lookup } from 'node:dns/promises';
import { parsePeerAddress, type PeerAddress } from '@peerlane/protocol';

/** Finds the IP address of a host name. Rejects where there is none. */
export type Lookup = (host: string) => Promise<string>;

/** The system's own resolver: hosts file, DNS, and what else it is set up for. */
export const systemLookup: Lookup = async (host) => (await lookup(host)).address;

/** Lookups share a few threads with reading files: this many at a time are let through. */
const maxInFlight = 2;

/** Turns members into addresses that datagrams can go to. */
export class NameLookup {
  readonly #lookup: Lookup;
  readonly #waiting: (() => void)[] = [];
  #inFlight = 0;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  /**
   * The IP address and port of `host:port`.
   *
   * @throws the resolver's error where the name has no address
   */
  async resolve(member: string): Promise<PeerAddress> {
    const { host, port } = parsePeerAddress(member);
    if (isIpAddress(host)) return { host, port };
    await this.#enter();
    try {
      return { host: await this.#lookup(host), port };
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#inFlight < maxInFlight) {
      this.#inFlight += 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#inFlight -= 1;
  }
}

function isIpAddress(host: string): boolean {
  // A host name never ends in a label of digits alone, and never holds a colon.
  return host.includes(':') || /\.\d+$/.test(host);
}
