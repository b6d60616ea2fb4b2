/** Pieces that follow each other, to be fetched with one request. */
export interface Run {
  /** The number of the first piece. */
  readonly first: number;
  readonly count: number;
  /** Whether another source is busy with it already. */
  readonly again: boolean;
}

/** A run is at most this part of what is left for each source, so that all finish together. */
const share = 4;

/**
 * Which pieces of a file are fetched from which source. A source takes a run of pieces that nobody
 * fetches; when there is none left, it takes a piece that another source is still busy with: in the
 * end nobody waits for the slowest. Pure: it is told what happens.
 */
export class PiecePlan<Source> {
  readonly #maxRun: number;
  /** Pieces that nobody fetches and nobody has fetched, in order. */
  #open: number[];
  /** Who fetches a piece; in the order in which they were begun. */
  readonly #busy = new Map<number, Set<Source>>();
  readonly #sources = new Set<Source>();
  #missing: number;

  /**
   * @param count of the file's pieces
   * @param maxRun the most pieces in a run
   * @param verified the pieces that are there already
   */
  constructor(count: number, maxRun: number, verified: ReadonlySet<number> = new Set()) {
    this.#maxRun = maxRun;
    this.#open = Array.from({ length: count }, (_, piece) => piece).filter(
      (piece) => !verified.has(piece),
    );
    this.#missing = this.#open.length;
  }

  /** How many pieces are not there yet. */
  get missing(): number {
    return this.#missing;
  }

  /** What a source fetches next; `undefined` where there is nothing for it now. */
  next(source: Source): Run | undefined {
    this.#sources.add(source);
    const run = this.#openRun() ?? this.#shared(source);
    if (!run) return undefined;
    for (let piece = run.first; piece < run.first + run.count; piece += 1) {
      const fetchers = this.#busy.get(piece) ?? new Set();
      this.#busy.set(piece, fetchers.add(source));
    }
    return run;
  }

  /** Whether a piece is still of use, or another source was faster. */
  wants(piece: number): boolean {
    return this.#busy.has(piece);
  }

  /** A piece is there, verified. */
  done(piece: number): void {
    if (this.#busy.delete(piece)) this.#missing -= 1;
  }

  /** A source has given up what it was fetching, or is left out. */
  giveUp(source: Source): void {
    this.#sources.delete(source);
    for (const [piece, fetchers] of this.#busy) {
      if (!fetchers.delete(source) || fetchers.size > 0) continue;
      this.#busy.delete(piece);
      this.#open.push(piece);
    }
    this.#open.sort((a, b) => a - b);
  }

  #openRun(): Run | undefined {
    const [first] = this.#open;
    if (first === undefined) return undefined;
    const fair = Math.ceil(this.#open.length / (share * this.#sources.size));
    const most = Math.min(this.#maxRun, fair);
    let count = 1;
    while (count < most && this.#open[count] === first + count) count += 1;
    this.#open = this.#open.slice(count);
    return { first, count, again: false };
  }

  #shared(source: Source): Run | undefined {
    for (const [first, fetchers] of this.#busy) {
      if (fetchers.size < 2 && !fetchers.has(source)) return { first, count: 1, again: true };
    }
    return undefined;
  }
}
