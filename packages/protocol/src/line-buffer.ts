// Collects one line, or one block of a fixed length, from bytes that come in pieces of any size.
import { newline } from './text.ts';

const empty = new Uint8Array();

/** A line or block without its line feed, and the bytes that came after it. */
export interface Collected {
  /** A view, good until the next call of `push`. */
  readonly line: Uint8Array;
  readonly rest: Uint8Array;
}

/** Collects lines one after the other, each up to a hard maximum. */
export class LineBuffer {
  readonly #maxBytes: number;
  readonly #error: ((fault: string) => Error) | undefined;
  readonly #ignoredAhead: (bytes: Uint8Array) => number;
  /** Allocated for a line that comes in several pieces. */
  #memory: Uint8Array | undefined;
  #received = 0;
  #ignored = 0;
  #whole = false;

  /**
   * @param maxBytes the most bytes of a line without its line feed
   * @param error makes the error that a longer line is refused with; without it, a block of exactly
   * `maxBytes` bytes is collected instead of a line
   * @param ignoredAhead how many of the bytes ahead of a line are ignored, though they count
   */
  constructor(
    maxBytes: number,
    error?: (fault: string) => Error,
    ignoredAhead: (bytes: Uint8Array) => number = () => 0,
  ) {
    this.#maxBytes = maxBytes;
    this.#error = error;
    this.#ignoredAhead = ignoredAhead;
  }

  /** How many bytes of the line have come: of the last one, until the first byte of the next. */
  get received(): number {
    return this.#received;
  }

  /** The bytes so far of a line that is not whole yet; empty if none has begun. */
  get begun(): Uint8Array {
    return this.#whole || !this.#memory ? empty : this.#memory.subarray(0, this.#received);
  }

  /** Adds bytes up to the end of the line. Returns the line once it is whole. */
  push(bytes: Uint8Array): Collected | undefined {
    if (bytes.length === 0) return undefined;
    if (this.#whole) this.#reset();
    const begins = this.#received === 0 ? this.#ignoredAhead(bytes) : 0;
    this.#ignored += begins;
    const left = bytes.subarray(begins);
    const end = this.#endIn(left);
    this.#whole = end !== -1;
    const line = this.#add(this.#whole ? left.subarray(0, end) : left);
    if (!this.#whole) return undefined;
    return { line, rest: left.subarray(this.#error ? end + 1 : end) };
  }

  #reset(): void {
    this.#received = 0;
    this.#ignored = 0;
    this.#whole = false;
  }

  #endIn(bytes: Uint8Array): number {
    if (this.#error) return bytes.indexOf(newline);
    const missing = this.#maxBytes - this.#received;
    return bytes.length < missing ? -1 : missing;
  }

  #add(part: Uint8Array): Uint8Array {
    const start = this.#received;
    const end = start + part.length;
    if (this.#ignored + end > this.#maxBytes && this.#error) {
      throw this.#error(`expected a line of at most ${this.#maxBytes} bytes`);
    }
    this.#received = end;
    // Most lines come in one piece and need no copy.
    if (this.#whole && start === 0) return part;
    this.#memory ??= new Uint8Array(this.#maxBytes);
    this.#memory.set(part, start);
    return this.#memory.subarray(0, end);
  }
}
