import type { Clock } from '../clock.ts';
import { pause } from '../async.ts';
import type { Source } from './swarm-options.ts';

/** So long a new source is waited for before one that was put aside has its turn, in milliseconds. */
const patience = 1000;

/** Who may have a file, as they come; and who was put aside for later. */
export class Sources {
  readonly #sources: AsyncIterator<Source>;
  readonly #clock: Clock;
  readonly #aside: Source[] = [];
  #pending: Promise<Source | undefined> | undefined;

  constructor(sources: AsyncIterable<Source>, clock: Clock) {
    this.#sources = sources[Symbol.asyncIterator]();
    this.#clock = clock;
  }

  /** Whether somebody waits for a turn. */
  get hasAside(): boolean {
    return this.#aside.length > 0;
  }

  /** A source may be of use when the others are not. */
  putAside(source: Source): void {
    if (!this.#aside.includes(source)) this.#aside.push(source);
  }

  /** The next who comes; `undefined` where nobody does. Two who wait are given the same. */
  async next(): Promise<Source | undefined> {
    const pending = (this.#pending ??= this.#take());
    const next = await pending;
    // Once there is nobody, nobody will come; and who has gone meanwhile takes nobody away.
    if (next && this.#pending === pending) this.#pending = undefined;
    return next;
  }

  /**
   * The next who comes, or after a while who was put aside.
   *
   * @param isLast whether it is not worth waiting for others
   */
  async nextOrAside(isLast: boolean): Promise<Source | undefined> {
    if (!this.hasAside && !isLast) return (await this.next()) ?? this.#aside.shift();
    const found = new AbortController();
    try {
      const late = pause(this.#clock, patience, found.signal).then(() => undefined);
      return (await Promise.race([this.next(), late])) ?? this.#aside.shift();
    } finally {
      found.abort();
    }
  }

  /** Nobody is waited for any more. */
  close(): void {
    this.#sources.return?.().catch(() => undefined);
  }

  async #take(): Promise<Source | undefined> {
    const next = await this.#sources.next();
    return next.done ? undefined : next.value;
  }
}
