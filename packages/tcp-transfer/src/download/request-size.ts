/** What a source is asked for at first, in bytes. */
const firstRun = 1024 * 1024;

/** A run is at most so many times as long as the one before: what came at first came out of buffers. */
const growth = 4;

/** A source is asked for as much as it is likely to send in so many milliseconds. */
const runTime = 1000;

/**
 * How much a source is asked for at a time: a fast one for much, so that few requests are made; a slow
 * one for little, so that nobody waits for it in the end. Pure: it is told what happened.
 */
export class RequestSize {
  readonly #pieceLength: number;
  #bytes = firstRun;

  /** @param pieceLength in bytes */
  constructor(pieceLength: number) {
    this.#pieceLength = pieceLength;
  }

  /** How many pieces to ask for next. */
  get pieces(): number {
    return Math.max(1, Math.floor(this.#bytes / this.#pieceLength));
  }

  /** So many bytes came in so many milliseconds. */
  took(bytes: number, time: number): void {
    const likely = (bytes / Math.max(time, 1)) * runTime;
    this.#bytes = Math.min(growth * bytes, likely);
  }
}
