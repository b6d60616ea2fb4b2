import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The lines of a text stream, one at a time; those that nobody asked for yet wait. */
export class LineReader {
  readonly #interface: Interface;
  readonly #lines: AsyncIterator<string, undefined>;
  readonly #stopped: Promise<undefined>;
  #count = 0;

  /** Reading ends with the stream, or when `signal` is aborted. */
  constructor(input: Readable, signal: AbortSignal) {
    this.#interface = createInterface({ input, crlfDelay: Infinity });
    this.#lines = this.#interface[Symbol.asyncIterator]() as AsyncIterator<string, undefined>;
    this.#stopped = new Promise((resolve) => {
      if (signal.aborted) resolve(undefined);
      signal.addEventListener(
        'abort',
        () => {
          resolve(undefined);
        },
        { once: true },
      );
    });
  }

  /** The next line without its end; `undefined` when there is none any more. */
  async next(): Promise<string | undefined> {
    const line = await Promise.race([this.#lines.next().then(({ value }) => value), this.#stopped]);
    if (line !== undefined) this.#count += 1;
    return line;
  }

  /** How many lines were read. */
  get count(): number {
    return this.#count;
  }

  /** Lets go of the stream. */
  close(): void {
    this.#interface.close();
  }
}
