const quietTime = 60_000;
const maxRemembered = 1000;

/** Passes each warning on at most once a minute, so that nobody can flood whoever reads them. */
export class WarningLog {
  readonly #write: (line: string) => void;
  readonly #now: () => number;
  readonly #last = new Map<string, number>();

  /** `now`: milliseconds. */
  constructor(write: (line: string) => void, now: () => number) {
    this.#write = write;
    this.#now = now;
  }

  add(message: string): void {
    const last = this.#last.get(message);
    const now = this.#now();
    if (last !== undefined && now - last < quietTime) return;
    if (this.#last.size >= maxRemembered) this.#last.clear();
    this.#last.set(message, now);
    this.#write(message);
  }
}
