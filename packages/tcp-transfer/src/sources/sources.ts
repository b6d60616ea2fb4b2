// The sources of a download, in the order in which they come, and those that are postponed.
import { pause } from '../async.ts';
import type { Clock } from '../clock.ts';

/** How long a new source is waited for before a postponed one is next, in milliseconds. */
const postponedDelay = 1000;

/** Peers that may have a file. */
export class Sources<S> {
  readonly #sources: AsyncIterator<S> | Iterator<S>;
  readonly #clock: Clock;
  readonly #postponed: S[] = [];
  readonly #givenBack: S[] = [];
  #pending: Promise<S | undefined> | undefined;

  constructor(sources: AsyncIterable<S> | Iterable<S>, clock: Clock) {
    this.#sources =
      Symbol.asyncIterator in sources
        ? sources[Symbol.asyncIterator]()
        : sources[Symbol.iterator]();
    this.#clock = clock;
  }

  /** Whether there is a postponed source. */
  get hasPostponed(): boolean {
    return this.#postponed.length > 0;
  }

  /** Whether a source is postponed. */
  isPostponed(source: S): boolean {
    return this.#postponed.includes(source);
  }

  /** Keeps a source for when the others are of no use. */
  postpone(source: S): void {
    if (!this.#postponed.includes(source)) this.#postponed.push(source);
  }

  /** Keeps a source, which was not asked after all, for the next call. */
  giveBack(source: S): void {
    this.#givenBack.push(source);
  }

  /**
   * The next source; `undefined` if there are no more. Calls that overlap return the same one.
   *
   * @param isWaiting whether the caller still waits when a source comes; if not, the source is kept for
   * the next call
   */
  async next(isWaiting: () => boolean = () => true): Promise<S | undefined> {
    if (this.#givenBack.length > 0) return this.#givenBack.shift();
    const pending = (this.#pending ??= this.#read());
    const next = await pending;
    if (!isWaiting()) return undefined;
    // After the last source no more are read.
    if (next && this.#pending === pending) this.#pending = undefined;
    return next;
  }

  /**
   * The next source, or a postponed one if none comes for a while.
   *
   * @param isLast whether it is not worth waiting for another source if none is postponed
   * @param isWaiting as for {@link next}
   */
  async nextOrPostponed(
    isLast: boolean,
    isWaiting: () => boolean = () => true,
  ): Promise<S | undefined> {
    const next = await this.#nextInTime(isLast, isWaiting);
    return next ?? (isWaiting() ? this.#postponed.shift() : undefined);
  }

  async #nextInTime(isLast: boolean, isWaiting: () => boolean): Promise<S | undefined> {
    if (!this.hasPostponed && !isLast) return this.next(isWaiting);
    const waiting = new AbortController();
    const late = pause(this.#clock, postponedDelay, waiting.signal).then(() => undefined);
    const next = this.next(() => !waiting.signal.aborted && isWaiting());
    return Promise.race([next, late]).finally(() => {
      waiting.abort();
    });
  }

  /** No more sources are needed. */
  async close(): Promise<void> {
    try {
      await this.#sources.return?.();
    } catch {
      // The download has ended by then, whatever the caller's iterator does.
    }
  }

  async #read(): Promise<S | undefined> {
    const next = await this.#sources.next();
    return next.done ? undefined : next.value;
  }
}
