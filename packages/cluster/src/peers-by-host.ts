import { hostOf, isLoopback } from '@peerlane/protocol';

/** One machine has as many ports as it likes, and needs no more than a few nodes. */
const maxPerHost = 64;

/** On this machine, where nobody from elsewhere speaks, a test may start very many. */
const maxOnLoopback = 1000;

/** Which peers there are at each host: addresses as `host:port`. */
export class PeersByHost {
  readonly #byHost = new Map<string, Set<string>>();

  add(address: string): void {
    const host = hostOf(address);
    const present = this.#byHost.get(host);
    if (present) present.add(address);
    else this.#byHost.set(host, new Set([address]));
  }

  delete(address: string): void {
    const host = hostOf(address);
    const present = this.#byHost.get(host);
    present?.delete(address);
    if (present?.size === 0) this.#byHost.delete(host);
  }

  /** The peers at the host of an address, oldest first, where no more are taken up from there. */
  full(address: string): ReadonlySet<string> | undefined {
    const host = hostOf(address);
    const present = this.#byHost.get(host);
    const most = isLoopback(host) ? maxOnLoopback : maxPerHost;
    return present && present.size >= most ? present : undefined;
  }
}
