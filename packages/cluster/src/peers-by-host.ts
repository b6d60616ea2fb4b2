// Groups peers by their machine, so that no machine can fill the list.
import { hostOf, isLoopback } from '@peerlane/protocol';

/** The most peers of one machine: it has many ports, but needs only a few nodes. */
export const maxPerHost = 64;

/** The most peers of this machine, where a test may start very many. */
export const maxOnLoopback = 1000;

/** The addresses of peers, `host:port`, by their host. */
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

  /** The peers at the host of an address, oldest first, if there are as many as allowed. */
  full(address: string): ReadonlySet<string> | undefined {
    const host = hostOf(address);
    const present = this.#byHost.get(host);
    const most = isLoopback(host) ? maxOnLoopback : maxPerHost;
    return present && present.size >= most ? present : undefined;
  }
}
