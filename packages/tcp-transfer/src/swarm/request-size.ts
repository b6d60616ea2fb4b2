// How much a source is asked for at a time, by how fast it was so far. Pure.

/** How much a source is asked for at first, in bytes. */
const firstRequest = 1024 * 1024;

/** How many times larger a request may be than the one before: early bytes came out of buffers. */
const maxGrowth = 4;

/** How long a source is likely to need for a request, in milliseconds. */
const targetTime = 1000;

/** How much a source is asked for in a pack at first, at least and at most, in bytes. */
const packBytes = { first: 256 * 1024, least: 16 * 1024, most: 4 * 1024 * 1024 } as const;

/** How long a source is likely to need for a pack, in milliseconds. */
const packTime = 500;

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
    this.#bytes = Math.min(maxGrowth * bytes, likelyBytes(bytes, time, targetTime));
  }
}

/** The size of the next pack of small files from a source, which is small for a slow one likewise. */
export class PackSize {
  #bytes: number = packBytes.first;

  /** In bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Records that a pack of this many bytes needed this many milliseconds. */
  record(bytes: number, time: number): void {
    const { least, most } = packBytes;
    // A pack of empty files says nothing, so that its bytes are no measure of growth.
    const likely = Math.max(likelyBytes(bytes, time, packTime), least);
    this.#bytes = Math.min(most, maxGrowth * this.#bytes, likely);
  }
}

/** How much a source is likely to send in some milliseconds, after so many bytes in so much time. */
function likelyBytes(bytes: number, time: number, within: number): number {
  return (bytes / Math.max(time, 1)) * within;
}
