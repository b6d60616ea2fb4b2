import type { LinkRules } from '../node-messages.ts';
import type { LinkState } from '../wire/events.ts';

/** A node that links end at. */
interface End {
  readonly name: string;
  readonly udp: string;
  readonly tcp: string;
}

/** The links between the nodes: whole unless said otherwise. */
export class Links {
  readonly #links = new Map<string, LinkState>();
  /** How many bytes a connection carries in a second; `undefined` for all that it can. */
  rate: number | undefined;

  /** Those that were ever touched. */
  list(): LinkState[] {
    return [...this.#links.values()];
  }

  /** Changes the link between two nodes, and returns how it is now. */
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

  /** What stands between a node and all others. */
  rulesOf(name: string, ends: readonly End[]): LinkRules {
    const links = this.list().flatMap(({ between, cut, loss }) => {
      const other = between.find((end) => end !== name);
      const end = between.includes(name) && ends.find((end) => end.name === other);
      return end ? [{ udp: end.udp, tcp: end.tcp, cut, loss }] : [];
    });
    return { links, rate: this.rate };
  }
}
