// Measures how fast a client reads while the server waits for it. Pure.

/** A wait that is shorter, in milliseconds, is no sign of a slow reader: the system takes the bytes. */
const noticeable = 100;

/** How long a server must have waited for a client before it knows how fast that reads, in milliseconds. */
const judgedAfter = 5000;

interface Span {
  /** In milliseconds. */
  readonly waited: number;
  readonly bytes: number;
}

const nothing: Span = { waited: 0, bytes: 0 };

/**
 * The speed of one client, over the last five to ten seconds that the server spent waiting for it. What
 * the system buffered before the first noticeable wait does not count.
 */
export class ReaderSpeed {
  #before = nothing;
  #latest = nothing;
  #waitingSince: number | undefined;
  #isCounting = false;

  /** The server begins to wait for the client. */
  resume(now: number): void {
    this.#waitingSince ??= now;
  }

  /** The server waits no longer. */
  pause(now: number): void {
    const wait = this.#waitOf(now);
    this.#waitingSince = undefined;
    this.#isCounting ||= wait >= noticeable;
    if (!this.#isCounting) return;
    if (this.#latest.waited >= judgedAfter) [this.#before, this.#latest] = [this.#latest, nothing];
    this.#latest = { ...this.#latest, waited: this.#latest.waited + wait };
  }

  /** Bytes have moved. */
  moved(bytes: number): void {
    if (this.#isCounting) this.#latest = { ...this.#latest, bytes: this.#latest.bytes + bytes };
  }

  /** In bytes per second; `undefined` as long as the server has hardly had to wait. */
  bytesPerSecond(now: number): number | undefined {
    const wait = this.#waitOf(now);
    if (!this.#isCounting && wait < noticeable) return undefined;
    const waited = this.#before.waited + this.#latest.waited + wait;
    if (waited < judgedAfter) return undefined;
    return ((this.#before.bytes + this.#latest.bytes) / waited) * 1000;
  }

  #waitOf(now: number): number {
    return this.#waitingSince === undefined ? 0 : now - this.#waitingSince;
  }
}
