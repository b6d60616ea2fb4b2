import { hostOf, isLoopback } from '@peerlane/protocol';

/** One machine has as many ports as it likes, and needs no more than a few nodes. */
const maxPerHost = 64;

/** On this machine, where nobody from elsewhere speaks, a test may start very many. */
const maxOnLoopback = 1000;

/** Which peers there are at each host: addresses as `host:port`. */
export class Hosts {
  readonly #byHost = new Map<string, Set<string>>();

  add(address: string): void {
    const host = hostOf(address);
    const there = this.#byHost.get(host);
    if (there) there.add(address);
    else this.#byHost.set(host, new Set([address]));
  }

  delete(address: string): void {
    const host = hostOf(address);
    const there = this.#byHost.get(host);
    there?.delete(address);
    if (there?.size === 0) this.#byHost.delete(host);
  }

  /** The peers at the host of an address, oldest first, where no more are taken up from there. */
  full(address: string): ReadonlySet<string> | undefined {
    const host = hostOf(address);
    const there = this.#byHost.get(host);
    const most = isLoopback(host) ? maxOnLoopback : maxPerHost;
    return there && there.size >= most ? there : undefined;
  }
}
