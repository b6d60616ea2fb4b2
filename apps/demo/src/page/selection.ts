/** Which node, or which link as `node1–node2`, the controls are for. */
export class Selection {
  #what = 'node1';
  readonly #listeners: (() => void)[] = [];

  /** A node's name, or two with a dash between them. */
  get what(): string {
    return this.#what;
  }

  /** Chooses a node or a link. */
  choose(what: string): void {
    this.#what = what;
    for (const listener of this.#listeners) listener();
  }

  /** Names someone who hears of each choice. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
