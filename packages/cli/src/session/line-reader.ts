// Lines from a text stream that is no terminal.
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** The longest line that is read, in characters. */
export const maxLineLength = 65_536;

/** Reads the lines of a text stream one at a time. Lines that were not read yet are kept. */
export class LineReader {
  readonly #input: Readable;
  readonly #signal: AbortSignal;
  readonly #onTooLong: () => void;
  readonly #decoder = new StringDecoder('utf8');
  readonly #lines: string[] = [];
  #partial = '';
  #skipping = false;
  #count = 0;
  #ended = false;
  #waiting: ((line: string | undefined) => void) | undefined;

  /**
   * Reading ends with the stream, or when `signal` is aborted.
   *
   * @param onTooLong is called for a line of more than {@link maxLineLength} characters, which is left out
   */
  constructor(input: Readable, signal: AbortSignal, onTooLong: () => void) {
    this.#input = input;
    this.#signal = signal;
    this.#onTooLong = onTooLong;
    input.on('data', this.#receive);
    input.once('end', this.#end);
    // Node reports an error if a terminal is closed while it is read: for a session it is the end.
    input.on('error', this.#end);
    signal.addEventListener('abort', this.#end);
    if (signal.aborted) this.#end();
  }

  /** The next line without its end; `undefined` after the last one. */
  async next(): Promise<string | undefined> {
    if (this.#signal.aborted) return undefined;
    const line = this.#lines.shift();
    if (line !== undefined || this.#ended) return line;
    this.#input.resume();
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** How many lines have come, including those that were not read yet. */
  get count(): number {
    return this.#count;
  }

  /** Whether all lines were read and no other will come. */
  get done(): boolean {
    return this.#ended && this.#lines.length === 0;
  }

  /** Closes the stream. */
  close(): void {
    this.#end();
    this.#signal.removeEventListener('abort', this.#end);
    // A paused standard input may still read ahead, which would keep the program alive.
    this.#input.destroy();
  }

  readonly #receive = (bytes: Uint8Array): void => {
    const [first = '', ...others] = this.#decoder.write(Buffer.from(bytes)).split('\n');
    this.#append(first);
    for (const piece of others) {
      this.#finishLine();
      this.#append(piece);
    }
    // The sender waits while commands are running.
    if (this.#lines.length > 0) this.#input.pause();
  };

  #append(piece: string): void {
    if (this.#skipping) return;
    if (this.#partial.length + piece.length <= maxLineLength) {
      this.#partial += piece;
      return;
    }
    this.#partial = '';
    this.#skipping = true;
    this.#onTooLong();
  }

  #finishLine(): void {
    this.#count += 1;
    const line = this.#partial.replace(/\r$/, '');
    this.#partial = '';
    if (this.#skipping) this.#skipping = false;
    else if (!this.#waiting) this.#lines.push(line);
    else this.#answer(line);
  }

  readonly #end = (): void => {
    if (this.#partial !== '' && !this.#ended) this.#finishLine();
    this.#ended = true;
    this.#answer(undefined);
  };

  #answer(line: string | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(line);
  }
}
