// The links between the nodes of the demo, which can be cut, lossy or slow.
import type { LinkRules } from './node-messages.ts';
import type { LinkState } from './wire/events.ts';

/** A node at an end of links. */
interface End {
  readonly name: string;
  readonly udp: string;
  readonly tcp: string;
}

/** The links between the nodes. A link is intact until it is changed. */
export class Links {
  readonly #links = new Map<string, LinkState>();
  /** The rate of a connection in bytes per second; `undefined` if it has no limit. */
  rate: number | undefined;

  /** The links that were changed. */
  list(): LinkState[] {
    return [...this.#links.values()];
  }

  /** Changes the link between two nodes, and returns its new state. */
  change(
    one: string,
    other: string,
    how: { readonly cut?: boolean; readonly loss?: number },
  ): LinkState {
    const between: LinkState['between'] = one < other ? [one, other] : [other, one];
    const before = this.#links.get(between.join()) ?? { between, cut: false, loss: 0 };
    const link = { ...before, ...how };
    this.#links.set(between.join(), link);
    return link;
  }

  /** The rules for the links of a node. */
  rulesOf(name: string, ends: readonly End[]): LinkRules {
    const links = this.list().flatMap(({ between, cut, loss }) => {
      const other = between.find((end) => end !== name);
      const end = between.includes(name) && ends.find((end) => end.name === other);
      return end ? [{ udp: end.udp, tcp: end.tcp, cut, loss }] : [];
    });
    return { links, rate: this.rate };
  }
}
