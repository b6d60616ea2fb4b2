// Limits how many warnings are shown.
const minute = 60_000;
const maxLinesPerMinute = 60;
/** Enough for two minutes: a warning that is dropped at this limit was shown over a minute ago. */
const maxRemembered = 2 * maxLinesPerMinute;

/**
 * Passes on each warning at most once a minute, and at most 60 warnings a minute, so that no peer can
 * flood the output. The warnings that are held back are counted.
 */
export class WarningLog implements Disposable {
  readonly #write: (line: string) => void;
  readonly #now: () => number;
  /** When each warning was passed on, the oldest first. */
  readonly #last = new Map<string, number>();
  #minuteStart = -Infinity;
  #lines = 0;
  #heldBack = 0;

  /** @param now the time in milliseconds */
  constructor(write: (line: string) => void, now: () => number) {
    this.#write = write;
    this.#now = now;
  }

  add(message: string): void {
    const now = this.#now();
    const last = this.#last.get(message);
    if (last !== undefined && now - last < minute) return;
    if (now - this.#minuteStart >= minute) {
      this.#writeHeldBack();
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

  /** Writes how many warnings were held back. */
  [Symbol.dispose](): void {
    this.#writeHeldBack();
  }

  #remember(message: string, now: number): void {
    this.#last.delete(message);
    this.#last.set(message, now);
    if (this.#last.size <= maxRemembered) return;
    const [oldest] = this.#last.keys();
    this.#last.delete(oldest!);
  }

  #writeHeldBack(): void {
    if (this.#heldBack > 0) this.#write(`… and ${this.#heldBack} more warnings.`);
    this.#heldBack = 0;
  }
}
