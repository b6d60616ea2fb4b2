// Decides which pieces of a file are fetched from which source. Pure: callers report each event.

/** Pieces that follow each other, to be fetched with one request. */
export interface Run {
  /** The number of the first piece. */
  readonly first: number;
  readonly count: number;
  /** Whether another source fetches it already, and writes it to its place in the file. */
  readonly again: boolean;
}

/** Which pieces a source fetches while peers get the file from each other. */
export interface PieceChoice {
  /**
   * Whether the source has a piece.
   * @default it has all
   */
  readonly has?: ((piece: number) => boolean) | undefined;
  /**
   * Whether a piece had better come from this source than from another.
   * @default none had
   */
  readonly prefers?: ((piece: number) => boolean) | undefined;
  /** Where among the open pieces to begin to look for one, from 0 up to 1: elsewhere than the others do. */
  readonly start: number;
}

/** The sources that fetch a piece: one into its place in the file, in the endgame another beside it. */
interface Fetchers<Source> {
  inPlace: Source | undefined;
  beside: Source | undefined;
}

/**
 * With several sources, a run is at most this fraction of a source's share of the open pieces, so that
 * all sources finish together.
 */
const runsPerShare = 4;

/**
 * Picks the pieces that a source fetches next: a run of open ones, or in the endgame, when none is
 * open, or none that may be fetched yet, a piece that another source still fetches, so that the download does not wait for the slowest.
 *
 * A piece is open (to be fetched), busy (being fetched), held (here, and being verified) or done.
 */
export class PiecePicker<Source> {
  /** In order. */
  #open: number[] = [];
  /** The sources that fetch each busy piece, in the order in which the pieces were begun. */
  readonly #busy = new Map<number, Fetchers<Source>>();
  readonly #done = new Set<number>();
  readonly #sources = new Set<Source>();
  readonly #count: number;

  /**
   * @param count of the file's pieces
   * @param held whether all pieces may be here already, and are to be verified first
   * @param first the first piece that is not done
   */
  constructor(count: number, held = false, first = 0) {
    this.#count = count;
    const pieces = Array.from({ length: count }, (_, piece) => piece);
    if (!held) this.#open = pieces.slice(first);
    for (const piece of pieces.slice(0, first)) this.#done.add(piece);
  }

  /** How many pieces are not done yet. */
  get missing(): number {
    return this.#count - this.#done.size;
  }

  /** The runs of done pieces, in order. */
  get doneRuns(): Pick<Run, 'first' | 'count'>[] {
    const runs: { first: number; count: number }[] = [];
    for (const piece of [...this.#done].sort((a, b) => a - b)) {
      const last = runs.at(-1);
      if (last && last.first + last.count === piece) last.count += 1;
      else runs.push({ first: piece, count: 1 });
    }
    return runs;
  }

  /**
   * The run that a source fetches next; `undefined` if there is none for it now.
   *
   * @param most the most pieces in a run
   * @param limit pieces from this one on are not fetched yet; without, all may be
   * @param choice which pieces are fetched; without, the first open ones
   */
  next(source: Source, most: number, limit?: number, choice?: PieceChoice): Run | undefined {
    this.#sources.add(source);
    const run = this.#openRun(most, limit ?? Infinity, choice) ?? this.#shared(source, choice?.has);
    if (!run) return undefined;
    for (let piece = run.first; piece < run.first + run.count; piece += 1) {
      const fetchers = this.#busy.get(piece) ?? { inPlace: undefined, beside: undefined };
      fetchers[run.again ? 'beside' : 'inPlace'] = source;
      this.#busy.set(piece, fetchers);
    }
    return run;
  }

  /** Whether a source is still to fetch a piece: false once another source was faster. */
  wants(piece: number, source: Source): boolean {
    const fetchers = this.#busy.get(piece);
    return fetchers !== undefined && fetches(fetchers, source);
  }

  /** All of a busy piece is here. */
  hold(piece: number): void {
    this.#busy.delete(piece);
  }

  /** A held piece turned out to be wrong or missing. */
  reopen(piece: number): void {
    this.#open.push(piece);
    this.#open.sort((a, b) => a - b);
  }

  /** A held piece turned out to be right. */
  done(piece: number): void {
    this.#done.add(piece);
  }

  /** A source fetches nothing any more. */
  giveUp(source: Source): void {
    this.#sources.delete(source);
    for (const [piece, fetchers] of this.#busy) {
      if (fetchers.inPlace === source) fetchers.inPlace = undefined;
      else if (fetchers.beside === source) fetchers.beside = undefined;
      if (fetchers.inPlace !== undefined || fetchers.beside !== undefined) continue;
      this.#busy.delete(piece);
      this.reopen(piece);
    }
  }

  #openRun(most: number, limit: number, choice?: PieceChoice): Run | undefined {
    const { at, fits } = choice ? this.#choose(choice, limit) : { at: 0, fits: () => true };
    const first = this.#open[at];
    if (first === undefined || first >= limit) return undefined;
    const sources = this.#sources.size;
    const fair = sources === 1 ? most : Math.ceil(this.#open.length / (runsPerShare * sources));
    const bound = Math.max(1, Math.min(most, fair, limit - first));
    let count = 1;
    while (count < bound && this.#open[at + count] === first + count && fits(first + count))
      count += 1;
    this.#open.splice(at, count);
    return { first, count, again: false };
  }

  /** The place of the open piece to begin with, and which pieces may follow it; beyond the last, if none fits. */
  #choose(
    { has = () => true, prefers, start }: PieceChoice,
    limit: number,
  ): { readonly at: number; readonly fits: (piece: number) => boolean } {
    const { length } = this.#open;
    const tries = prefers ? [(piece: number) => prefers(piece) && has(piece), has] : [has];
    for (const fits of tries) {
      for (let step = 0, at = Math.floor(start * length); step < length; step += 1) {
        const piece = this.#open[at]!;
        if (piece < limit && fits(piece)) return { at, fits };
        at = (at + 1) % length;
      }
    }
    return { at: length, fits: has };
  }

  /** A piece that another source fetches. One without all pieces gives such only when no other is open. */
  #shared(source: Source, has?: (piece: number) => boolean): Run | undefined {
    if (has && this.#open.length > 0) return undefined;
    for (const [first, fetchers] of this.#busy) {
      if (fetches(fetchers, source) || has?.(first) === false) continue;
      if (fetchers.inPlace === undefined) return { first, count: 1, again: false };
      if (fetchers.beside === undefined) return { first, count: 1, again: true };
    }
    return undefined;
  }
}

function fetches<Source>({ inPlace, beside }: Fetchers<Source>, source: Source): boolean {
  return inPlace === source || beside === source;
}
