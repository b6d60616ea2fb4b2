// Ends the search for one content when nobody has it.

/** How long a search goes on after the last offer of other content, in milliseconds. */
const otherOfferTimeout = 5000;

/**
 * Watches a search for one content. The search is in vain when all peers that offered the file have
 * other content, and no other peer has offered it for five seconds.
 */
export class ContentWatch {
  readonly #seen = new Set<string>();
  readonly #others = new Set<string>();
  readonly #inVain: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(inVain: () => void) {
    this.#inVain = inVain;
  }

  /** Notes that a peer has offered the file. */
  offered(peer: string): void {
    if (this.#seen.has(peer)) return;
    this.#seen.add(peer);
    this.end();
  }

  /** Notes that a peer has other content, or cannot send the content that is wanted. */
  isOther(peer: string): void {
    this.#others.add(peer);
    if (this.#others.size < this.#seen.size) return;
    this.end();
    this.#timer = setTimeout(this.#inVain, otherOfferTimeout);
  }

  /** Stops the watch. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
