// The node or the link that is chosen on the page.
/** The chosen node, or the chosen link as `node1–node2`. */
export class Selection {
  #what = 'node1';
  readonly #listeners: (() => void)[] = [];

  /** The name of a node, or two names with a dash between them. */
  get what(): string {
    return this.#what;
  }

  /** Chooses a node or a link. */
  choose(what: string): void {
    this.#what = what;
    for (const listener of this.#listeners) listener();
  }

  /** Adds a listener for each choice. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
