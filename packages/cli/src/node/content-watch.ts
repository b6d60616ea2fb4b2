/** So long somebody else may take to offer what all others have not, in milliseconds. */
const patience = 5000;

/**
 * Tells when a search for one content is in vain: everyone who offered the file has other content, and
 * nobody else has offered it for five seconds.
 */
export class VainSearch {
  readonly #seen = new Set<string>();
  readonly #others = new Set<string>();
  readonly #inVain: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(inVain: () => void) {
    this.#inVain = inVain;
  }

  /** A peer has a file of the name. */
  offered(peer: string): void {
    if (this.#seen.has(peer)) return;
    this.#seen.add(peer);
    this.end();
  }

  /** It is not the content that is wanted, or cannot be had from there. */
  isOther(peer: string): void {
    this.#others.add(peer);
    if (this.#others.size < this.#seen.size) return;
    this.end();
    this.#timer = setTimeout(this.#inVain, patience);
  }

  /** Tells nothing any more. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
