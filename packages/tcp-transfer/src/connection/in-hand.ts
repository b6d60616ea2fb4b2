import type { StreamReader } from './stream-reader.ts';
import { allFinished } from '../async.ts';

/** So many pieces are used up at a time: while one is waited for, the next is being worked on. */
const atOnce = 2;

/** The pieces of an answer that are being used up, and released in order. */
export class InHand {
  readonly #reader: StreamReader;
  readonly #pieces: Promise<void>[] = [];

  constructor(reader: StreamReader) {
    this.#reader = reader;
  }

  /**
   * Takes one more piece into hand, and waits for the first where there are enough.
   *
   * @throws what using a piece up fails with
   */
  async add(work: Promise<void>): Promise<void> {
    // Where it fails, nothing more is waited for.
    work.catch(() => {
      this.#reader.close();
    });
    this.#pieces.push(work);
    if (this.#pieces.length < atOnce) return;
    await this.#pieces[0];
    void this.#pieces.shift();
    this.#reader.release();
  }

  /**
   * Waits until all is used up.
   *
   * @throws what using a piece up fails with
   */
  async empty(): Promise<void> {
    await allFinished(this.#pieces);
    for (; this.#pieces.length > 0; void this.#pieces.shift()) this.#reader.release();
  }
}
