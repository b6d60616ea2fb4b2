// How much a source is asked for at a time, by how fast it was so far. Pure.

/** How much a source is asked for at first, in bytes. */
const firstRequest = 1024 * 1024;

/** How many times larger a request may be than the one before: early bytes came out of buffers. */
const maxGrowth = 4;

/** How long a source is likely to need for a request, in milliseconds. */
const targetTime = 1000;

/**
 * The size of the next request to a source: large for a fast source, so that there are few requests,
 * and small for a slow one, so that the download does not wait for it in the end.
 */
export class RequestSize {
  readonly #pieceLength: number;
  #bytes = firstRequest;

  /** @param pieceLength in bytes */
  constructor(pieceLength: number) {
    this.#pieceLength = pieceLength;
  }

  /** How many pieces to ask for next. */
  get pieces(): number {
    return Math.max(1, Math.floor(this.#bytes / this.#pieceLength));
  }

  /** Records that a request of this many bytes needed this many milliseconds. */
  record(bytes: number, time: number): void {
    const likely = (bytes / Math.max(time, 1)) * targetTime;
    this.#bytes = Math.min(maxGrowth * bytes, likely);
  }
}
