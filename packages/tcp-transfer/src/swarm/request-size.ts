// How much a source is asked for at a time, by how fast it was so far. Pure.

/** How much a source is asked for at first, in bytes. */
const firstRequest = 1024 * 1024;

/** How many bytes may come before their digests: a source that sends none must not fill the disk. */
export const maxUnverified: number = 256 * 1024 * 1024;

/** How many times larger a request may be than the one before: early bytes came out of buffers. */
const maxGrowth = 4;

/** How long a source is likely to need for a request, in milliseconds. */
const targetTime = 1000;

const mebibyte = 1024 * 1024;

/** How much a source is asked for in a pack at first, at least and at most, in bytes. */
const packBytes = { first: 256 * 1024, least: 16 * 1024, most: 4 * mebibyte } as const;

/** On how many connections a source is asked for packs: while one waits, another receives. */
export const packConnections = 2;

/** How much all sources of packs are asked for at a time, in bytes: it is received into memory. */
const packMemory = 12 * mebibyte;

/** With several sources, a pack is at most this fraction of a source's share of the files that wait. */
const packsPerShare = 2;

/** A smaller part of what waits costs more in requests than it gains, in bytes. */
const leastShare = 128 * 1024;

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

/**
 * The most that each of some sources is asked for in a pack, in bytes, so that all of them finish together,
 * and none has to wait for memory.
 *
 * @param waiting how many bytes nobody was asked for yet
 */
export function packShare(waiting: number, sources: number): number {
  if (sources <= 1) return packBytes.most;
  const memory = Math.floor(packMemory / (packConnections * sources) / mebibyte) * mebibyte;
  const fair = Math.max(leastShare, waiting / (packsPerShare * sources));
  return Math.min(Math.max(mebibyte, memory), fair);
}

/** How much a source is likely to send in some milliseconds, after so many bytes in so much time. */
function likelyBytes(bytes: number, time: number, within: number): number {
  return (bytes / Math.max(time, 1)) * within;
}
