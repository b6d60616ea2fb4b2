const minute = 60_000;
const maxLinesPerMinute = 60;
/** Of two minutes that meet: what is forgotten at this bound was passed on over a minute ago. */
const maxRemembered = 2 * maxLinesPerMinute;

/**
 * Passes each warning on at most once a minute, and at most 60 of them, so that nobody can flood
 * whoever reads them. What was held back is counted.
 */
export class WarningLog implements Disposable {
  readonly #write: (line: string) => void;
  readonly #now: () => number;
  /** When each was passed on, the oldest first. */
  readonly #last = new Map<string, number>();
  #minuteStart = -Infinity;
  #lines = 0;
  #heldBack = 0;

  /** `now`: milliseconds. */
  constructor(write: (line: string) => void, now: () => number) {
    this.#write = write;
    this.#now = now;
  }

  add(message: string): void {
    const now = this.#now();
    const last = this.#last.get(message);
    if (last !== undefined && now - last < minute) return;
    if (now - this.#minuteStart >= minute) {
      this.#tellHeldBack();
      this.#minuteStart = now;
      this.#lines = 0;
    }
    if (this.#lines >= maxLinesPerMinute) {
      this.#heldBack += 1;
      return;
    }
    this.#lines += 1;
    this.#remember(message, now);
    this.#write(message);
  }

  /** Tells how many were held back. */
  [Symbol.dispose](): void {
    this.#tellHeldBack();
  }

  #remember(message: string, now: number): void {
    this.#last.delete(message);
    this.#last.set(message, now);
    if (this.#last.size <= maxRemembered) return;
    const [oldest] = this.#last.keys();
    this.#last.delete(oldest!);
  }

  #tellHeldBack(): void {
    if (this.#heldBack > 0) this.#write(`… and ${this.#heldBack} more warnings.`);
    this.#heldBack = 0;
  }
}
